using Clew.Ingest.Sampling.Policies;

namespace Clew.Ingest.Sampling.Import;

/// <summary>What came of an import.</summary>
/// <param name="Policy">What could be taken; null where nothing could.</param>
/// <param name="NotTaken">What could not, in the order of the text.</param>
public sealed record ImportResult(SamplingPolicy? Policy, IReadOnlyList<ImportNote> NotTaken);
