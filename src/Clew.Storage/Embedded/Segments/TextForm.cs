namespace Clew.Storage.Embedded.Segments;

/// <summary>How the entries of a page of a dictionary are packed, and where they can be unpacked from. Keep in sync with docs/formats/segment.md.</summary>
internal static class TextForm
{
    /// <summary>As they are.</summary>
    public const byte Plain = 0;

    /// <summary>Brotli, all in one; written by version 1.</summary>
    public const byte Whole = 1;

    /// <summary>Brotli in pieces of <see cref="PieceBytes"/>.</summary>
    public const byte Pieces = 2;

    /// <summary>Entries of one length as numbers: see <see cref="PlacedText"/>.</summary>
    public const byte Places = 3;

    /// <summary>A piece ends with the entry that brings it to so many bytes.</summary>
    public const int PieceBytes = 8 * 1024;

    /// <summary>Entries of <see cref="Places"/> that are unpacked together.</summary>
    public const int PlacedEntries = 64;

    /// <summary>Most different bytes at one place of <see cref="Places"/>.</summary>
    public const int MostAlternatives = 64;

    /// <summary>Numbers of <see cref="Places"/> are below this.</summary>
    public const ulong NumberLimit = 1UL << 56;

    /// <summary>The end of the piece that begins with an entry, and the bytes in it.</summary>
    /// <param name="ends">End of each entry's text.</param>
    /// <param name="first">The entry.</param>
    public static int PieceEnd(ReadOnlySpan<int> ends, int first)
    {
        int start = first == 0 ? 0 : ends[first - 1];
        int end = first;
        while (end < ends.Length && ends[end++] - start < PieceBytes)
        {
        }
        return end;
    }
}
