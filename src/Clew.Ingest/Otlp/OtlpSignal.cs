namespace Clew.Ingest.Otlp;

/// <summary>What an export request carries.</summary>
internal enum OtlpSignal
{
    Traces,
    Metrics,
    Logs,
    Profiles,
}
