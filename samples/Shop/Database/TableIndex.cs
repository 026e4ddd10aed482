namespace Shop.Database;

/// <summary>Finds rows by key without reading the table. Bounded by the table's capacity times the keys of a row.</summary>
internal sealed class TableIndex<TRow, TKey>(Table<TRow> table, Func<TRow, IEnumerable<TKey>> keys) : ITableIndex<TRow>
    where TRow : class
    where TKey : notnull
{
    // What a B-tree over some ten thousand rows takes from its root to a leaf.
    private const int Depth = 3;

    private readonly Dictionary<TKey, List<long>> postings = [];

    /// <summary>
    /// Returns the rows of a key, oldest first, of those the <paramref name="newest"/> newest. Reads the index and the
    /// pages that hold these rows.
    /// </summary>
    public ValueTask<List<StoredRow<TRow>>> SeekAsync(TKey key, PageReader io, int newest = int.MaxValue)
        => SeekManyAsync([key], io, newest);

    /// <summary>As <see cref="SeekAsync"/> for several keys at once, in their order; a page is read once.</summary>
    public async ValueTask<List<StoredRow<TRow>>> SeekManyAsync(IReadOnlyCollection<TKey> wanted, PageReader io, int newest = int.MaxValue)
    {
        var found = new List<StoredRow<TRow>>(wanted.Count);
        var pages = new HashSet<long>();
        lock (table.Gate)
        {
            foreach (var key in wanted)
            {
                foreach (long number in Newest(key, newest))
                {
                    pages.Add(number / table.RowsPerPage);
                    found.Add(new StoredRow<TRow>(number, table.At(number)!));
                }
            }
        }

        await io.ReadAsync(Depth + pages.Count);
        return found;
    }

    /// <summary>The number of the newest row of a key, for a statement that already paid for finding it.</summary>
    public long? Find(TKey key)
    {
        lock (table.Gate)
            return postings.TryGetValue(key, out var numbers) ? numbers[^1] : null;
    }

    public void Added(long number, TRow row)
    {
        foreach (var key in keys(row))
        {
            if (!postings.TryGetValue(key, out var numbers))
                postings[key] = numbers = [];
            // A replaced row comes back in the middle: keep the numbers in order.
            int at = numbers.Count == 0 || numbers[^1] < number ? numbers.Count : ~numbers.BinarySearch(number);
            if (at >= 0)
                numbers.Insert(at, number);
        }
    }

    public void Removed(long number, TRow row)
    {
        foreach (var key in keys(row))
        {
            if (!postings.TryGetValue(key, out var numbers))
                continue;
            int at = numbers.BinarySearch(number);
            if (at >= 0)
                numbers.RemoveAt(at);
            if (numbers.Count == 0)
                postings.Remove(key);
        }
    }

    private IEnumerable<long> Newest(TKey key, int newest)
        => postings.TryGetValue(key, out var numbers) ? numbers.Skip(Math.Max(0, numbers.Count - newest)) : [];
}
