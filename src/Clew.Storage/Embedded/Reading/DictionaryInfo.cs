namespace Clew.Storage.Embedded.Reading;

/// <summary>Where a dictionary and its filter lie, from the footer.</summary>
/// <param name="Count">Entries.</param>
/// <param name="FirstIds">First id of each page.</param>
/// <param name="Offsets">Place of each page.</param>
/// <param name="Lengths">Bytes of each page, checksum included.</param>
/// <param name="FilterOffset">Place of the filter.</param>
/// <param name="FilterLength">Bytes of the filter, checksum included; 0: no filter.</param>
internal sealed record DictionaryInfo(int Count, int[] FirstIds, long[] Offsets, int[] Lengths, long FilterOffset, int FilterLength)
{
    public int Entries(int page) => (page + 1 < FirstIds.Length ? FirstIds[page + 1] : Count) - FirstIds[page];
}
