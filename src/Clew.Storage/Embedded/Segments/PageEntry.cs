namespace Clew.Storage.Embedded.Segments;

/// <summary>One page of a column: bytes with checksum, values, and the smallest and largest of them.</summary>
internal readonly record struct PageEntry(int Length, int Count, long Min, long Max);
