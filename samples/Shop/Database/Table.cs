namespace Shop.Database;

/// <summary>
/// Rows in order of insertion, laid out in pages of a fixed number of rows. Bounded by its capacity: past it the oldest row
/// makes room. Safe for any thread; rows are immutable and shared, a change replaces the row.
/// </summary>
internal sealed class Table<TRow>(int capacity, int rowsPerPage = 100)
    where TRow : class
{
    private readonly TRow?[] ring = new TRow?[capacity];
    private readonly List<ITableIndex<TRow>> indexes = [];
    private long first;
    private long next;

    public Lock Gate { get; } = new();

    public int RowsPerPage => rowsPerPage;

    /// <summary>Rows that are there now.</summary>
    public int Count { get; private set; }

    /// <summary>Adds an index over a column of one value. To be called while the table is still empty.</summary>
    public TableIndex<TRow, TKey> AddIndex<TKey>(Func<TRow, TKey> key)
        where TKey : notnull
        => AddManyIndex<TKey>(row => [key(row)]);

    /// <summary>Adds an index over a column of several values. To be called while the table is still empty.</summary>
    public TableIndex<TRow, TKey> AddManyIndex<TKey>(Func<TRow, IEnumerable<TKey>> keys)
        where TKey : notnull
    {
        var index = new TableIndex<TRow, TKey>(this, keys);
        lock (Gate)
        {
            if (next > 0)
                throw new InvalidOperationException("An index is added before the first row.");
            indexes.Add(index);
        }

        return index;
    }

    /// <summary>Appends a row and returns its number.</summary>
    public long Insert(TRow row)
    {
        lock (Gate)
        {
            if (next - first == capacity)
                RemoveLocked(first);
            ring[next % capacity] = row;
            Count++;
            foreach (var index in indexes)
                index.Added(next, row);
            return next++;
        }
    }

    /// <summary>Puts another row in the place of one; false when it is no longer there.</summary>
    public bool Replace(long number, Func<TRow, TRow> change)
    {
        lock (Gate)
        {
            if (At(number) is not { } old)
                return false;
            var changed = change(old);
            foreach (var index in indexes)
                index.Removed(number, old);
            ring[number % capacity] = changed;
            foreach (var index in indexes)
                index.Added(number, changed);
            return true;
        }
    }

    /// <summary>Takes a row away; false when it is no longer there.</summary>
    public bool Remove(long number)
    {
        lock (Gate)
            return RemoveLocked(number);
    }

    /// <summary>
    /// Reads every page from the first to the last and returns the rows that match, oldest first, of those the
    /// <paramref name="newest"/> newest. Rows inserted after the call began are not seen.
    /// </summary>
    public async ValueTask<List<StoredRow<TRow>>> ScanAsync(Func<TRow, bool> where, PageReader io, int newest = int.MaxValue)
    {
        var found = new List<StoredRow<TRow>>();
        long start;
        long end;
        lock (Gate)
            (start, end) = (first, next);
        for (long number = start; number < end; number = NextPage(number))
        {
            await io.ReadAsync(1);
            lock (Gate)
                MatchLocked(number, Math.Min(NextPage(number), end), where, found);
        }

        if (found.Count > newest)
            found.RemoveRange(0, found.Count - newest);
        return found;
    }

    /// <summary>The row of a number, or null. To be called with <see cref="Gate"/> held.</summary>
    internal TRow? At(long number) => number >= first && number < next ? ring[number % capacity] : null;

    private long NextPage(long number) => ((number / rowsPerPage) + 1) * rowsPerPage;

    private void MatchLocked(long from, long to, Func<TRow, bool> where, List<StoredRow<TRow>> found)
    {
        for (long number = from; number < to; number++)
        {
            if (At(number) is { } row && where(row))
                found.Add(new StoredRow<TRow>(number, row));
        }
    }

    private bool RemoveLocked(long number)
    {
        bool there = At(number) is not null;
        if (there)
        {
            foreach (var index in indexes)
                index.Removed(number, ring[number % capacity]!);
            ring[number % capacity] = null;
            Count--;
        }

        while (first < next && ring[first % capacity] is null)
            first++;
        return there;
    }
}
