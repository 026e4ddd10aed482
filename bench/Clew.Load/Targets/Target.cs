using Clew.Load.Measuring;

namespace Clew.Load.Targets;

/// <summary>The system under load: where it takes spans, where it is asked, and which process it is.</summary>
/// <param name="Otlp">Full address of its OTLP/HTTP endpoint.</param>
/// <param name="Clew">Base of Clew's own API, or null where it is another system.</param>
/// <param name="Jaeger">Base of Jaeger's query API, or null.</param>
/// <param name="Pid">Its process, or null where it cannot be measured.</param>
/// <param name="Directory">Its data, or null where that is not known.</param>
internal sealed record Target(Uri Otlp, Uri? Clew, Uri? Jaeger, int? Pid, string? Directory)
{
    public ProcessFigures Figures() => Pid is { } pid ? ProcessFigures.Read(pid) : default;
}
