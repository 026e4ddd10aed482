using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Searching;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Aggregating;

/// <summary>
/// An attribute. Where a span has several values under the key, the first counts, looked for in the order span, resource, scope,
/// events, links. 0 stands for none.
/// </summary>
/// <remarks>
/// Each column has a range of numbers: its dictionary's entries, or the numbers between its smallest and largest where these are few.
/// Values of other columns, and of the catch-all, are numbered behind these as they are met; then the cardinality is not known.
/// </remarks>
internal sealed class AttributeVector : GroupVector
{
    private const long WidestRange = 1 << 16;

    private readonly SegmentReader reader;
    private readonly List<Source> sources = [];
    private readonly List<ValueRange> ranges = []; // ascending
    private readonly Dictionary<(AttributeType Type, int Dictionary, long Value), int> known = [];
    private readonly List<(AttributeType Type, int Dictionary, long Value)> met = [];
    private readonly int firstMet;
    private readonly bool isClosed = true; // every value lies in a range
    private int[] owners = [];
    private int[] found = [];

    public AttributeVector(SegmentReader reader, FieldReference field)
    {
        this.reader = reader;
        int next = 1;
        foreach (var (scope, owner) in AttributeScopes.InOrder)
        {
            if (!field.Scope.HasFlag(scope) || AttributeCursor.Open(reader, owner, field.Key) is not { } cursor)
            {
                continue;
            }
            var ofColumn = new ValueRange?[cursor.Columns.Count];
            for (int i = 0; i < ofColumn.Length; i++)
            {
                ofColumn[i] = RangeOf(cursor.Columns[i], next);
                if (ofColumn[i] is { } range)
                {
                    ranges.Add(range);
                    next += range.Count;
                }
                isClosed &= ofColumn[i] is not null;
            }
            isClosed &= cursor.RareDictionary < 0;
            sources.Add(new Source(cursor, owner, ofColumn));
        }
        firstMet = next;
        foreach (var source in sources)
        {
            source.OfRow = source.Owner switch
            {
                OwnerKind.Resource => ReadTable(source, reader.Directory.Resources),
                OwnerKind.Scope => ReadTable(source, reader.Directory.Scopes),
                _ => null,
            };
        }
    }

    public override int Cardinality => isClosed ? firstMet : 0;

    public override void Fill(RowGroup group, Span<int> ids)
    {
        ids.Clear();
        for (int i = 0; i < sources.Count && (i == 0 || ids.Contains(0)); i++)
        {
            var source = sources[i];
            if (i == 0 && source.Owner == OwnerKind.Span && TryFillColumn(source, group, ids))
            {
                continue;
            }
            if (source.OfRow is { } ofRow)
            {
                var rows = group.Values(source.Owner == OwnerKind.Resource ? ColumnRole.Resource : ColumnRole.Scope);
                for (int row = 0; row < ids.Length; row++)
                {
                    ids[row] = ids[row] == 0 ? ofRow[rows[row]] : ids[row];
                }
                continue;
            }
            if (found.Length < ids.Length)
            {
                found = new int[ids.Length];
            }
            Array.Clear(found);
            var visitor = new First(this, source, found, OwnersOf(source, group));
            source.Cursor.Walk(group, ref visitor);
            for (int row = 0; row < ids.Length; row++)
            {
                ids[row] = ids[row] == 0 ? found[row] : ids[row];
            }
        }
    }

    public override void Intern(ReadOnlySpan<int> ids, AggregateResult into, Span<int> values)
    {
        var entries = new EntryReader(reader, into);
        int range = 0;
        for (int i = 0; i < ids.Length; i++)
        {
            int id = ids[i];
            if (id == 0)
            {
                values[i] = into.Intern(AttributeType.Empty, 0, default);
                continue;
            }
            var (type, dictionary, value) = ValueOf(id, ref range);
            values[i] = dictionary >= 0 ? entries.Intern(dictionary, type, value) : into.Intern(type, value, default);
        }
    }

    /// <summary>The number a value is, or null where it is none.</summary>
    public double? Number(int id)
    {
        if (id == 0)
        {
            return null;
        }
        int range = 0;
        return ValueOf(id, ref range) switch
        {
            { Type: AttributeType.Int } number => number.Value,
            { Type: AttributeType.Double } number => BitConverter.Int64BitsToDouble(number.Value),
            _ => null,
        };
    }

    private (AttributeType Type, int Dictionary, long Value) ValueOf(int id, ref int range)
    {
        if (id >= firstMet)
        {
            return met[id - firstMet];
        }
        if (id < ranges[range].First)
        {
            range = 0;
        }
        while (id - ranges[range].First >= ranges[range].Count)
        {
            range++;
        }
        var of = ranges[range];
        return (of.Column.Type, of.Column.Dictionary, of.Min + id - of.First);
    }

    /// <summary>The numbers of a column's values, or null where they are too many.</summary>
    private ValueRange? RangeOf(ColumnInfo column, int first)
    {
        if (column.Dictionary >= 0)
        {
            return new ValueRange(column, first, 0, reader.Directory.Dictionaries[column.Dictionary].Count);
        }
        long min = long.MaxValue;
        long max = long.MinValue;
        foreach (var page in column.Pages)
        {
            if (page.Count > 0)
            {
                min = Math.Min(min, page.Min);
                max = Math.Max(max, page.Max);
            }
        }
        return max >= min && (ulong)max - (ulong)min < (ulong)WidestRange ? new ValueRange(column, first, min, (int)(max - min) + 1) : null;
    }

    /// <summary>Numbers straight of the column, where the spans' attribute has one column and a span at most one value in it.</summary>
    private bool TryFillColumn(Source source, RowGroup group, Span<int> ids)
    {
        var cursor = source.Cursor;
        if (cursor.Columns.Count != 1 || source.OfColumn[0] is not { } range || !cursor.IsSingle || cursor.MayHaveRare(group))
        {
            return false;
        }
        var values = group.Values(cursor.Columns[0]);
        if (values.Length == ids.Length)
        {
            for (int row = 0; row < values.Length; row++)
            {
                ids[row] = range.Number(values[row]);
            }
            return true;
        }
        Span<ulong> having = stackalloc ulong[Core.Encodings.IntegerPageSearch.Words(ids.Length)];
        having.Clear();
        cursor.MarkOwners(group, 0, having);
        int at = 0;
        for (int row = RowBits.Next(having, 0); row >= 0; row = RowBits.Next(having, row + 1))
        {
            ids[row] = range.Number(values[at++]);
        }
        return true;
    }

    private int IdOf(Source source, int column, AttributeType type, long value)
    {
        if (column < source.OfColumn.Length && source.OfColumn[column] is { } range)
        {
            return range.Number(value);
        }
        int dictionary = !AttributeTable.IsStringId(type) ? -1
            : column < source.OfColumn.Length ? source.Cursor.Columns[column].Dictionary : source.Cursor.RareDictionary;
        var key = (type, dictionary, value);
        if (!known.TryGetValue(key, out int id))
        {
            id = firstMet + met.Count;
            known.Add(key, id);
            met.Add(key);
        }
        return id;
    }

    private int[] ReadTable(Source source, int count)
    {
        var ofRow = new int[count];
        using var table = new RowGroup(reader, count);
        for (int page = 0; page < table.Count; page++)
        {
            table.MoveTo(page);
            int[] ofPage = new int[table.Rows];
            var visitor = new First(this, source, ofPage, null);
            source.Cursor.Walk(table, ref visitor);
            ofPage.CopyTo(ofRow, table.FirstRow);
        }
        return ofRow;
    }

    /// <summary>For events and links: the span's row of each; null where owners are spans.</summary>
    private int[]? OwnersOf(Source source, RowGroup group)
    {
        if (source.Cursor.OwnedCounts(group.Directory) is not { } counts)
        {
            return null;
        }
        int at = 0;
        var perSpan = group.Values(counts);
        for (int row = 0; row < perSpan.Length; row++)
        {
            for (long i = 0; i < perSpan[row]; i++)
            {
                if (at == owners.Length)
                {
                    Array.Resize(ref owners, Math.Max(64, at * 2));
                }
                owners[at++] = row;
            }
        }
        return owners;
    }

    private sealed class Source(AttributeCursor cursor, OwnerKind owner, ValueRange?[] ofColumn)
    {
        public AttributeCursor Cursor => cursor;

        public OwnerKind Owner => owner;

        public ValueRange?[] OfColumn => ofColumn;

        /// <summary>For resources and scopes: the number of each row's value.</summary>
        public int[]? OfRow { get; set; }
    }

    /// <param name="Column">Whose values.</param>
    /// <param name="First">Number of the smallest one.</param>
    /// <param name="Min">The smallest one.</param>
    /// <param name="Count">How many numbers.</param>
    private sealed record ValueRange(ColumnInfo Column, int First, long Min, int Count)
    {
        public int Number(long value)
        {
            ulong offset = (ulong)value - (ulong)Min;
            return offset < (ulong)Count ? First + (int)offset
                : throw new SegmentDamagedException($"A value of the attribute {Column.Key} lies outside of its column's bounds.");
        }
    }

    private readonly struct First(AttributeVector vector, Source source, int[] found, int[]? spanOf) : IAttributeVisitor
    {
        public void Visit(int owner, int column, AttributeType type, long value)
        {
            int row = spanOf is null ? owner : spanOf[owner];
            if (found[row] == 0)
            {
                found[row] = vector.IdOf(source, column, type, value);
            }
        }
    }
}
