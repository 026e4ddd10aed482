using Clew.Ingest.Intake;

namespace Clew.Ingest.Otlp;

/// <summary>Counts what a reader left out one by one, and remembers why for the first.</summary>
internal struct SpanOutcome
{
    private int rejected;
    private string? reason;
    private string? warning;

    /// <summary>A span is left out.</summary>
    public void Reject(string why)
    {
        rejected++;
        reason ??= why;
    }

    /// <summary>A span is kept, but not all of it.</summary>
    public void Warn(string why) => warning ??= why;

    /// <summary>The result; a reason with nothing rejected is a warning.</summary>
    public readonly PayloadReadResult ToResult() => new(null, rejected, reason ?? warning);
}
