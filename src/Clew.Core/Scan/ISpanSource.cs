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
    /// Aggregates cannot remove it: their caller compares <see cref="ISpanSnapshot.LastHandOver"/> of one source with
    /// <see cref="LastHandOver"/> of the next, read after the next one's snapshot was taken. Where they are equal every span is seen once;
    /// otherwise the snapshots are taken again after a moment.
    /// </remarks>
    ISpanSnapshot Snapshot();

    /// <summary>
    /// Number of the last hand-over to this source: a snapshot taken before it was asked for shows nothing of later ones. Null where the
    /// source does not number them, or does not know any more.
    /// </summary>
    long? LastHandOver => null;
}
