using Clew.Core.Columns;

namespace Clew.Storage;

/// <summary>
/// Knows how the spans of one trace belong together. The store asks it when it brings parts of a trace together; whoever composes the
/// process gives it, so that the store need not know about trees.
/// </summary>
/// <remarks>Belongs to one thread at a time: the store makes one for each of its workers.</remarks>
public interface ITraceArranger
{
    /// <summary>Puts spans of one trace in preorder (parents before children, siblings by start time) and drops identical copies.</summary>
    /// <param name="batch">Where the rows lie. It is not changed.</param>
    /// <param name="rows">In: the spans' rows, in any order. Out: the first of them, as many as are returned, are what remains, in preorder.</param>
    /// <param name="selfTimes">As long as the rows. Out: nanoseconds of each remaining span that no child covers.</param>
    /// <param name="hasRoot">True where some span has no parent id.</param>
    /// <returns>How many spans remain.</returns>
    int Arrange(SpanBatch batch, Span<int> rows, Span<ulong> selfTimes, out bool hasRoot);
}
