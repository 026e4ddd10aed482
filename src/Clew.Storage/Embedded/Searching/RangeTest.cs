namespace Clew.Storage.Embedded.Searching;

/// <summary>Values from first to last, both included.</summary>
internal sealed class RangeTest(long first, long last) : ValueTest
{
    public static RangeTest All { get; } = new(long.MinValue, long.MaxValue);

    public override bool Matches(long value) => value >= first && value <= last;

    public override bool MayMatch(long min, long max) => max >= first && min <= last;

    public override void Mark(ReadOnlySpan<long> values, Span<byte> hits)
    {
        // One unsigned comparison, no branch.
        ulong width = (ulong)last - (ulong)first;
        hits = hits[..values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            hits[i] |= (ulong)values[i] - (ulong)first <= width ? (byte)1 : (byte)0;
        }
    }
}
