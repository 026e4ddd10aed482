using Clew.Core.Columns;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Reading;

/// <summary>Brings resources and scopes of a segment into a batch, each once.</summary>
internal sealed class SharedRowsReader(SegmentReader reader, SpanBatch batch)
{
    private readonly Dictionary<long, int> resources = [];
    private readonly Dictionary<long, int> scopes = [];

    public int Resource(long row)
    {
        if (!resources.TryGetValue(row, out int known))
        {
            var (group, index) = Locate(row, reader.Directory.Resources);
            var attributes = Attributes(OwnerKind.Resource, group, index);
            known = batch.AddResource(
                attributes,
                (uint)group.Values(ColumnRole.DroppedAttributes, OwnerKind.Resource)[index],
                Text(group, ColumnRole.SchemaUrl, OwnerKind.Resource, index));
            resources.Add(row, known);
        }
        return known;
    }

    public int Scope(long row)
    {
        if (!scopes.TryGetValue(row, out int known))
        {
            var (group, index) = Locate(row, reader.Directory.Scopes);
            var attributes = Attributes(OwnerKind.Scope, group, index);
            known = batch.AddScope(
                Text(group, ColumnRole.ScopeName, OwnerKind.Scope, index),
                Text(group, ColumnRole.ScopeVersion, OwnerKind.Scope, index),
                attributes,
                (uint)group.Values(ColumnRole.DroppedAttributes, OwnerKind.Scope)[index],
                Text(group, ColumnRole.SchemaUrl, OwnerKind.Scope, index));
            scopes.Add(row, known);
        }
        return known;
    }

    private (RowGroup Group, int Index) Locate(long row, int rows)
    {
        if ((ulong)row >= (ulong)rows)
        {
            throw new SegmentDamagedException($"A table of {rows} rows has no row {row}.");
        }
        var group = new RowGroup(reader, rows);
        group.MoveTo((int)row / reader.Directory.GroupRows);
        return (group, (int)row - group.FirstRow);
    }

    private RowRange Attributes(OwnerKind owner, RowGroup group, int index)
    {
        var attributes = new AttributeReader(reader, owner);
        attributes.SkipTo(group, index);
        return attributes.Read(group, batch);
    }

    private int Text(RowGroup group, ColumnRole role, OwnerKind owner, int index)
    {
        var column = reader.Directory.Get(role, owner);
        return batch.Strings.Intern(reader.Text(column.Dictionary, group.Values(column)[index]));
    }
}
