using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Aggregating;

/// <summary>A value that each row of the table of resources or scopes has.</summary>
internal sealed class TableVector(ColumnInfo rowColumn, int[] ofRow, IReadOnlyList<byte[]> texts) : GroupVector
{
    public override int Cardinality => texts.Count;

    public static TableVector Services(SegmentReader reader) =>
        new(reader.Directory.Get(ColumnRole.Resource, OwnerKind.Span), reader.Services.OfResource, reader.Services.Names);

    public static TableVector Scopes(SegmentReader reader, ColumnRole role)
    {
        var column = reader.Directory.Get(role, OwnerKind.Scope);
        var ofRow = new int[reader.Directory.Scopes];
        var texts = new List<byte[]>();
        using var table = new RowGroup(reader, ofRow.Length);
        for (int page = 0; page < table.Count; page++)
        {
            table.MoveTo(page);
            var ids = table.Values(column);
            for (int i = 0; i < ids.Length; i++)
            {
                ofRow[table.FirstRow + i] = (int)ids[i];
            }
        }
        for (int id = 0; id < reader.Directory.Dictionaries[column.Dictionary].Count; id++)
        {
            texts.Add(reader.Text(column.Dictionary, id).ToArray());
        }
        return new TableVector(reader.Directory.Get(ColumnRole.Scope, OwnerKind.Span), ofRow, texts);
    }

    public override void Fill(RowGroup group, Span<int> ids)
    {
        var rows = group.Values(rowColumn);
        for (int i = 0; i < rows.Length; i++)
        {
            ids[i] = ofRow[rows[i]];
        }
    }

    public override void Intern(ReadOnlySpan<int> ids, AggregateResult into, Span<int> values)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            values[i] = into.Intern(AttributeType.String, 0, texts[ids[i]]);
        }
    }
}
