namespace Clew.Storage.Embedded.Index;

/// <summary>How long a span lasts, in quarters of an octave from a millisecond on. A longer span has no smaller class.</summary>
/// <remarks>Keep in sync with docs/formats/segment.md.</remarks>
internal static class DurationClass
{
    private const int Largest = 96; // some five hours and all above
    private const int Shortest = 20; // 2^20 ns

    /// <summary>From 1; 0: less than the shortest that is told apart.</summary>
    public static int Of(long nanoseconds) =>
        nanoseconds < 1L << Shortest ? 0 : Math.Min(Largest, 1 + (int)(4 * (Math.Log2(nanoseconds) - Shortest)));

    /// <summary>The hash of "some span of these values has that class or a larger one".</summary>
    public static ulong With(ulong values, int duration) => duration == 0 ? values : ValueOperand.Pair((ulong)duration * 0xD6E8_FEB8_6659_FD93, values);
}
