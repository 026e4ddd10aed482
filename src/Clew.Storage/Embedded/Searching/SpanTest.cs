using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Searching;

/// <summary>A condition compiled for one segment.</summary>
internal abstract class SpanTest
{
    /// <summary>How dear a row is, beside 1 for a comparison of integers in a dense column.</summary>
    public abstract int Cost { get; }

    /// <summary>False where no span of the group can match; reads nothing.</summary>
    public abstract bool MayMatch(RowGroup group);

    /// <summary>Sets the bit of each span of the group on which the condition holds; leaves the others.</summary>
    /// <param name="group">The group.</param>
    /// <param name="wanted">Spans that are not set here need not be looked at.</param>
    /// <param name="hits">See <see cref="RowBits"/>.</param>
    public abstract void Mark(RowGroup group, ReadOnlySpan<ulong> wanted, Span<ulong> hits);
}
