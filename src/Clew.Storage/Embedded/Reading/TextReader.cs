using Clew.Core.Columns;

namespace Clew.Storage.Embedded.Reading;

/// <summary>Brings dictionary entries of a segment into a batch's strings. One thread at a time; pages are borrowed and given back by <see cref="Dispose"/>.</summary>
/// <param name="reader">The segment.</param>
/// <param name="batch">Where strings go; it must not be cleared in between.</param>
/// <param name="keep">Remembers every entry's id (4 bytes each): for those who read a segment from end to end.</param>
internal sealed class TextReader(SegmentReader reader, SpanBatch batch, bool keep) : IDisposable
{
    /// <summary>Pages borrowed at once; others go to the cache.</summary>
    private const int MostBorrowed = 32;

    private readonly (DictionaryPage? Page, int First)[] last = keep ? [] : new (DictionaryPage?, int)[reader.Directory.Dictionaries.Count];
    private readonly int[]?[] known = keep ? new int[reader.Directory.Dictionaries.Count][] : []; // id + 1
    private readonly List<(int Dictionary, DictionaryPage Page, int First)> borrowed = [];

    /// <summary>The batch's id for an entry.</summary>
    public int Id(int dictionary, long id)
    {
        if (!keep)
        {
            // Most entries come from the page of the one before.
            ref var held = ref last[dictionary];
            if (held.Page is null || (ulong)(id - held.First) >= (ulong)held.Page.Count)
            {
                held = PageOf(dictionary, id);
            }
            return batch.Strings.Intern(held.Page![(int)id - held.First]);
        }
        int[] ids = known[dictionary] ??= new int[reader.Directory.Dictionaries[dictionary].Count];
        if ((ulong)id >= (ulong)ids.Length || ids[id] == 0)
        {
            int interned = batch.Strings.Intern(reader.Text(dictionary, id));
            ids[id] = interned + 1;
        }
        return ids[id] - 1;
    }

    /// <summary>Says that entries will be asked for soon.</summary>
    public void Expect(int dictionary, ReadOnlySpan<long> ids)
    {
        if (!keep)
        {
            reader.Expect(dictionary, ids);
        }
    }

    public void Dispose()
    {
        foreach (var (_, page, _) in borrowed)
        {
            page.Return();
        }
        borrowed.Clear();
        Array.Clear(last);
    }

    private (DictionaryPage Page, int First) PageOf(int dictionary, long id)
    {
        foreach (var (ofDictionary, known, at) in borrowed)
        {
            if (ofDictionary == dictionary && (ulong)(id - at) < (ulong)known.Count)
            {
                return (known, at);
            }
        }
        if (borrowed.Count == MostBorrowed)
        {
            return (reader.Page(dictionary, id, out int first), first);
        }
        var page = reader.Borrow(dictionary, id, out int firstOfPage, out bool isBorrowed);
        if (isBorrowed)
        {
            borrowed.Add((dictionary, page, firstOfPage));
        }
        return (page, firstOfPage);
    }
}
