using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Searching;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Aggregating;

/// <summary>
/// An attribute. Where a span has several values under the key, the first counts, looked for in the order span, resource, scope,
/// events, links. The numbers count up as values are met; 0 stands for none.
/// </summary>
internal sealed class AttributeVector : GroupVector
{
    private readonly SegmentReader reader;
    private readonly List<Source> sources = [];
    private readonly List<(AttributeType Type, int Dictionary, long Value)> values = [(AttributeType.Empty, -1, 0)];
    private readonly Dictionary<(AttributeType Type, int Dictionary, long Value), int> known = [];
    private readonly int[]?[] byDictionary; // by dictionary and entry: the number, 0: none yet
    private int[] owners = [];

    public AttributeVector(SegmentReader reader, FieldReference field)
    {
        this.reader = reader;
        byDictionary = new int[]?[reader.Directory.Dictionaries.Count];
        foreach (var (scope, owner) in AttributeScopes.InOrder)
        {
            if (field.Scope.HasFlag(scope) && AttributeCursor.Open(reader, owner, field.Key) is { } cursor)
            {
                sources.Add(new Source(cursor, owner, owner switch
                {
                    OwnerKind.Resource => ReadTable(cursor, reader.Directory.Resources),
                    OwnerKind.Scope => ReadTable(cursor, reader.Directory.Scopes),
                    _ => null,
                }));
            }
        }
    }

    public override void Fill(RowGroup group, Span<int> ids)
    {
        ids.Clear();
        foreach (var source in sources)
        {
            if (source.OfRow is { } ofRow)
            {
                var rows = group.Values(source.Owner == OwnerKind.Resource ? ColumnRole.Resource : ColumnRole.Scope);
                for (int i = 0; i < ids.Length; i++)
                {
                    ids[i] = ids[i] == 0 ? ofRow[rows[i]] : ids[i];
                }
                continue;
            }
            int[] found = new int[ids.Length];
            var visitor = new First(this, source.Cursor, found, OwnersOf(source, group));
            source.Cursor.Walk(group, ref visitor);
            for (int i = 0; i < ids.Length; i++)
            {
                ids[i] = ids[i] == 0 ? found[i] : ids[i];
            }
        }
    }

    public override AttributeValue Value(int id)
    {
        var (type, dictionary, value) = values[id];
        return dictionary >= 0 ? AttributeValue.Of(type, reader.Text(dictionary, value)) : AttributeValue.Of(type, value);
    }

    /// <summary>The number a value is, or null where it is none.</summary>
    public double? Number(int id) => values[id] switch
    {
        { Type: AttributeType.Int } number => number.Value,
        { Type: AttributeType.Double } number => BitConverter.Int64BitsToDouble(number.Value),
        _ => null,
    };

    private int IdOf(AttributeCursor cursor, int column, AttributeType type, long value)
    {
        int dictionary = !AttributeTable.IsStringId(type) ? -1
            : column < cursor.Columns.Count ? cursor.Columns[column].Dictionary : cursor.RareDictionary;
        if (dictionary >= 0 && column < cursor.Columns.Count)
        {
            int[] ofEntry = byDictionary[dictionary] ??= new int[reader.Directory.Dictionaries[dictionary].Count];
            ref int entry = ref ofEntry[value];
            if (entry == 0)
            {
                entry = values.Count;
                values.Add((type, dictionary, value));
            }
            return entry;
        }
        var key = (type, dictionary, value);
        if (!known.TryGetValue(key, out int id))
        {
            id = values.Count;
            known.Add(key, id);
            values.Add(key);
        }
        return id;
    }

    private int[] ReadTable(AttributeCursor cursor, int count)
    {
        var ofRow = new int[count];
        using var table = new RowGroup(reader, count);
        for (int page = 0; page < table.Count; page++)
        {
            table.MoveTo(page);
            int[] found = new int[table.Rows];
            var visitor = new First(this, cursor, found, null);
            cursor.Walk(table, ref visitor);
            found.CopyTo(ofRow, table.FirstRow);
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

    private sealed record Source(AttributeCursor Cursor, OwnerKind Owner, int[]? OfRow);

    private readonly struct First(AttributeVector vector, AttributeCursor cursor, int[] found, int[]? spanOf) : IAttributeVisitor
    {
        public void Visit(int owner, int column, AttributeType type, long value)
        {
            int row = spanOf is null ? owner : spanOf[owner];
            if (found[row] == 0)
            {
                found[row] = vector.IdOf(cursor, column, type, value);
            }
        }
    }
}
