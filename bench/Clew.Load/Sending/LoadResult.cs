using Clew.Load.Measuring;

namespace Clew.Load.Sending;

/// <summary>What came of a load.</summary>
/// <param name="Spans">Acknowledged.</param>
/// <param name="Bytes">Of their payloads.</param>
/// <param name="Seconds">From the first payload to the last acknowledgement.</param>
/// <param name="Refusals">Answers that asked to come back later; each payload was sent again until it was taken.</param>
/// <param name="Latency">From sending to acknowledgement, milliseconds, the waits after refusals included.</param>
/// <param name="GeneratorCpuSeconds">CPU of this process meanwhile.</param>
internal sealed record LoadResult(
    long Spans, long Bytes, double Seconds, long Refusals, Percentiles Latency, double GeneratorCpuSeconds)
{
    public double Rate => Spans / Seconds;
}
