using Clew.Core.Columns;
using Clew.Core.Encodings;
using Clew.Core.Model;

namespace Clew.Analysis.Series;

/// <summary>
/// How many spans each span of a batch stands for by what its sender says of its own sampling (<c>ot=th</c> in the trace state): a whole
/// number, so that counts stay whole and exact where nobody samples, with the right mean, so that sums are unbiased.
/// </summary>
/// <remarks>
/// A span of adjusted count 3.3 counts as 3 or, in three of ten spans, as 4: which, its ids decide, so that it counts the same whenever it
/// is counted. See docs/adr/0014-senders-that-sample.md. Reused from batch to batch; bounded by a table of fixed size. Belongs to one
/// thread at a time.
/// </remarks>
internal sealed class SenderWeights
{
    /// <summary>The most that a span stands for: no sender keeps less than one in 16 million, and none is to drown the counts of others.</summary>
    public const ulong Most = 1UL << 24;

    private const int Known = 64;

    // By trace state: senders have few, but for those that state a randomness for each trace.
    private readonly int[] states = new int[Known];
    private readonly SamplingThreshold[] thresholds = new SamplingThreshold[Known];
    private SpanBatch batch = new();

    /// <summary>Starts a batch.</summary>
    public void Begin(SpanBatch spans)
    {
        batch = spans;
        Array.Clear(states);
    }

    /// <summary>What a span's sender has sampled with.</summary>
    public SamplingThreshold ThresholdOf(int row)
    {
        int state = batch.Spans.TraceStates[row];
        return state == 0 ? SamplingThreshold.Always : Parsed(state);
    }

    /// <summary>How many a span stands for.</summary>
    public ulong Of(int row) => batch.Spans.TraceStates[row] is 0 ? 1 : Of(ThresholdOf(row), row);

    /// <summary>How many a span of that threshold stands for.</summary>
    public ulong Of(SamplingThreshold threshold, int row)
    {
        if (threshold == SamplingThreshold.Always)
        {
            return 1;
        }
        double adjusted = Math.Min(threshold.AdjustedCount, Most);
        ulong whole = (ulong)adjusted;
        return whole + (adjusted - whole > Fraction(batch.Spans.TraceIds[row], batch.Spans.SpanIds[row]) ? 1UL : 0);
    }

    /// <summary>A number from 0 to 1 that depends on the ids alone, and is even where they are random.</summary>
    private static double Fraction(TraceId traceId, SpanId spanId)
    {
        Span<byte> bytes = stackalloc byte[TraceId.Size + SpanId.Size];
        traceId.Write(bytes);
        spanId.Write(bytes[TraceId.Size..]);
        return (StableHash.Of(bytes) >> 11) * (1.0 / (1UL << 53));
    }

    private SamplingThreshold Parsed(int state)
    {
        int slot = state % Known;
        if (states[slot] != state)
        {
            states[slot] = state;
            thresholds[slot] = SamplingState.Parse(batch.Strings[state]).Threshold;
        }
        return thresholds[slot];
    }
}
