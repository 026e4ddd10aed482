using System.Numerics;
using Clew.Core.Columns;

namespace Clew.Ingest.Closing;

/// <summary>Counts closed traces by their flags. One thread counts, any reads; each figure only grows.</summary>
internal sealed class ClosedTraceCounters
{
    private readonly long[] byFlag = new long[32]; // bit -> traces
    private readonly long[] prepared = new long[32];
    private long traces;
    private int preparedTraces;

    /// <summary>Takes the traces of a batch, before any is dropped. They count with <see cref="Commit"/>, and else never.</summary>
    public void Prepare(TraceTable closed)
    {
        Array.Clear(prepared);
        for (int i = 0; i < closed.Count; i++)
        {
            for (uint flags = (uint)closed.Flags[i]; flags != 0; flags &= flags - 1)
            {
                prepared[BitOperations.TrailingZeroCount(flags)]++;
            }
        }
        preparedTraces = closed.Count;
    }

    /// <summary>The batch was counted and stored.</summary>
    public void Commit()
    {
        for (int bit = 0; bit < prepared.Length; bit++)
        {
            Interlocked.Add(ref byFlag[bit], prepared[bit]);
        }
        Interlocked.Add(ref traces, preparedTraces);
    }

    public ClosedTraceStatistics Snapshot() => new(
        Interlocked.Read(ref traces),
        Of(TraceFlags.ClosedEarly),
        Of(TraceFlags.ClosedAtBound),
        Of(TraceFlags.Late),
        Of(TraceFlags.WithoutRoot),
        Of(TraceFlags.SeveralRoots),
        Of(TraceFlags.MissingParents),
        Of(TraceFlags.CyclesBroken),
        Of(TraceFlags.ConflictingDuplicates),
        Of(TraceFlags.SharedSpanIds),
        Of(TraceFlags.NegativeDurations),
        Of(TraceFlags.ChildrenOutside),
        Of(TraceFlags.ClocksCorrected));

    private long Of(TraceFlags flag) => Interlocked.Read(ref byFlag[BitOperations.TrailingZeroCount((uint)flag)]);
}
