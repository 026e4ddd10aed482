namespace Clew.Core.Scan;

/// <summary>Something that holds spans and can be asked: the head, a store.</summary>
public interface ISpanSource
{
    /// <summary>What it executes itself. A request that needs more is refused with <see cref="NotSupportedException"/>.</summary>
    SpanSourceCapabilities Capabilities { get; }

    /// <summary>
    /// A view that stays as it is while it is held. Cheap; hold it no longer than a query takes, for it keeps memory and files alive.
    /// </summary>
    /// <remarks>
    /// Spans move from one source to the next and are visible in both for a while, never in neither. A caller that takes
    /// snapshots *in the order of the flow* (head, then store) therefore sees every span at least once and removes what it sees twice.
    /// Aggregates cannot remove it: the spans of a hand-over that became visible in the store between the two snapshots count twice, at
    /// most one append's. Snapshots taken again after a moment are exact. Waiting for hand-overs to end would make it exact at once, and at
    /// full rate each aggregate wait for a disk; for that the store would have to number its appends and its snapshots say which they see.
    /// </remarks>
    ISpanSnapshot Snapshot();
}
