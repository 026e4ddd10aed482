using Clew.Core.Columns;

namespace Clew.Storage.Embedded.Segments;

/// <summary>Writes the tables of resources and scopes that the spans of a segment share.</summary>
internal sealed class SharedTablesWriter(SpanBatch spans, ColumnSet set)
{
    /// <summary>Writes both tables.</summary>
    /// <param name="identity">Of the segment.</param>
    /// <param name="resources">Rows of the batch's resources, in the order of the table.</param>
    /// <param name="scopes">The same of scopes.</param>
    public void Write(SegmentSummary identity, List<int> resources, List<int> scopes)
    {
        var dropped = set.Integers(ColumnRole.DroppedAttributes, OwnerKind.Resource);
        var schema = set.Strings(ColumnRole.SchemaUrl, OwnerKind.Resource);
        Write(OwnerKind.Resource, identity, resources, spans.Resources.Attributes, row =>
        {
            dropped.Add(spans.Resources.DroppedAttributesCounts[row]);
            schema.AddString(spans.Resources.SchemaUrls[row]);
        });

        var name = set.Strings(ColumnRole.ScopeName, OwnerKind.Scope);
        var version = set.Strings(ColumnRole.ScopeVersion, OwnerKind.Scope);
        var droppedOfScope = set.Integers(ColumnRole.DroppedAttributes, OwnerKind.Scope);
        var schemaOfScope = set.Strings(ColumnRole.SchemaUrl, OwnerKind.Scope);
        Write(OwnerKind.Scope, identity, scopes, spans.Scopes.Attributes, row =>
        {
            name.AddString(spans.Scopes.Names[row]);
            version.AddString(spans.Scopes.Versions[row]);
            droppedOfScope.Add(spans.Scopes.DroppedAttributesCounts[row]);
            schemaOfScope.AddString(spans.Scopes.SchemaUrls[row]);
        });
    }

    private void Write(OwnerKind owner, SegmentSummary identity, List<int> rows, RowRange[] attributeRows, Action<int> writeFields)
    {
        var attributes = new AttributeWriter(owner, spans, set);
        foreach (int row in rows)
        {
            attributes.Count(new RowRange(row, 1), attributeRows);
        }
        attributes.Plan(identity.Pages(rows.Count));
        foreach (int[] page in rows.Chunk(identity.GroupRows))
        {
            Array.ForEach(page, writeFields);
            attributes.Write(page, attributeRows);
            set.EndPages(owner);
        }
    }
}
