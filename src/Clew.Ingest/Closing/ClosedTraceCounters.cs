using System.Numerics;
using Clew.Core.Columns;

namespace Clew.Ingest.Closing;

/// <summary>Counts closed traces by their flags. One thread counts, any reads; each figure only grows.</summary>
internal sealed class ClosedTraceCounters
{
    private readonly long[] byFlag = new long[32]; // bit -> traces
    private long traces;

    /// <summary>Adds the traces of a batch that was stored.</summary>
    public void Count(TraceTable closed)
    {
        for (int i = 0; i < closed.Count; i++)
        {
            for (uint flags = (uint)closed.Flags[i]; flags != 0; flags &= flags - 1)
            {
                Interlocked.Increment(ref byFlag[BitOperations.TrailingZeroCount(flags)]);
            }
        }
        Interlocked.Add(ref traces, closed.Count);
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
