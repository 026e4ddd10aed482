namespace Clew.Ingest.Sampling;

/// <summary>What would be kept of a service.</summary>
/// <param name="Service">Its name; empty where spans have none.</param>
/// <param name="Spans">Spans there are.</param>
/// <param name="KeptSpans">Of these, those that would be kept.</param>
public readonly record struct DryRunService(string Service, long Spans, long KeptSpans);
