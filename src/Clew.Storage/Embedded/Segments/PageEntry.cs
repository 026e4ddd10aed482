namespace Clew.Storage.Embedded.Segments;

/// <summary>One page of a column: bytes with checksum, values, and the smallest and largest of them.</summary>
internal readonly record struct PageEntry(int Length, int Count, long Min, long Max)
{
    /// <summary>
    /// True where all values are <see cref="Min"/>: the page need not be read. Of times past 2^63 bounds say only that there are some.
    /// </summary>
    public bool IsConstant => Min == Max && Count > 0 && Min != long.MaxValue;
}
