using Clew.Core.Columns;
using Clew.Core.Scan;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>A trace of the merged segment and its parts in the inputs.</summary>
internal sealed class JoinedTrace(TracePosition position, TraceFlags flags, TracePart part)
{
    /// <summary>The position of the part that starts first.</summary>
    public TracePosition Position { get; private set; } = position;

    /// <summary>
    /// What is said of any part. Late only where all parts are: a part that holds the first spans as well may lack none before it.
    /// </summary>
    public TraceFlags Flags { get; private set; } = flags;

    public TracePart[] Parts { get; private set; } = [part];

    public void Add(TracePosition other, TraceFlags otherFlags, TracePart part)
    {
        var all = Flags | otherFlags;
        var late = Flags & otherFlags & TraceFlags.Late;
        var amended = all.HasFlag(TraceFlags.Late) ? TraceFlags.Amended : TraceFlags.None;
        Flags = (all & ~TraceFlags.Late) | late | amended;
        Position = other > Position ? other : Position; // later in the order: begins earlier
        Parts = [.. Parts, part];
    }

    /// <summary>The parts were put together: that one stands for all.</summary>
    public void Replace(TracePart whole, TraceFlags wholeFlags) => (Parts, Flags) = ([whole], wholeFlags);
}
