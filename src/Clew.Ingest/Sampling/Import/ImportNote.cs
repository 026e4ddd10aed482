namespace Clew.Ingest.Sampling.Import;

/// <summary>Something that an import could not take as it is.</summary>
/// <param name="Line">Line of the text, from 1.</param>
/// <param name="What">What it is called there.</param>
/// <param name="Why">A sentence.</param>
public sealed record ImportNote(int Line, string What, string Why);
