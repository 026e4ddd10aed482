using Clew.Core.Columns;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Reading;

/// <summary>Brings resources and scopes of a segment into a batch, each once. Bounded by the segment's tables.</summary>
internal sealed class SharedRowsReader(SegmentReader reader, SpanBatch batch, RowWindow window, TextReader texts)
{
    private readonly Dictionary<long, int> resources = [];
    private readonly Dictionary<long, int> scopes = [];
    private AttributeReader? resourceAttributes;
    private AttributeReader? scopeAttributes;

    public int Resource(long row)
    {
        if (!resources.TryGetValue(row, out int known))
        {
            var (page, index) = Locate(row, reader.Directory.Resources);
            resourceAttributes ??= new AttributeReader(reader, OwnerKind.Resource, window, texts);
            resourceAttributes.Load(page, index, 1);
            known = batch.AddResource(
                resourceAttributes.Read(batch),
                (uint)Value(ColumnRole.DroppedAttributes, OwnerKind.Resource, page, index),
                Text(ColumnRole.SchemaUrl, OwnerKind.Resource, page, index));
            resources.Add(row, known);
        }
        return known;
    }

    public int Scope(long row)
    {
        if (!scopes.TryGetValue(row, out int known))
        {
            var (page, index) = Locate(row, reader.Directory.Scopes);
            scopeAttributes ??= new AttributeReader(reader, OwnerKind.Scope, window, texts);
            scopeAttributes.Load(page, index, 1);
            known = batch.AddScope(
                Text(ColumnRole.ScopeName, OwnerKind.Scope, page, index),
                Text(ColumnRole.ScopeVersion, OwnerKind.Scope, page, index),
                scopeAttributes.Read(batch),
                (uint)Value(ColumnRole.DroppedAttributes, OwnerKind.Scope, page, index),
                Text(ColumnRole.SchemaUrl, OwnerKind.Scope, page, index));
            scopes.Add(row, known);
        }
        return known;
    }

    /// <summary>Adds a resource whether it was added before or not; returns its row in the batch.</summary>
    public int AddResource(long row)
    {
        resources.Remove(row);
        return Resource(row);
    }

    /// <summary>The same for a scope.</summary>
    public int AddScope(long row)
    {
        scopes.Remove(row);
        return Scope(row);
    }

    /// <summary>Says which row of the batch stands for a resource.</summary>
    public void KnowResource(long row, int batchRow) => resources[row] = batchRow;

    /// <summary>Says which row of the batch stands for a scope.</summary>
    public void KnowScope(long row, int batchRow) => scopes[row] = batchRow;

    private (int Page, int Index) Locate(long row, int rows) => (ulong)row < (ulong)rows
        ? Math.DivRem((int)row, reader.Directory.GroupRows)
        : throw new SegmentDamagedException($"A table of {rows} rows has no row {row}.");

    private long Value(ColumnRole role, OwnerKind owner, int page, int index) =>
        window.Read(reader.Directory.Get(role, owner), page, index, 1)[0];

    private int Text(ColumnRole role, OwnerKind owner, int page, int index)
    {
        var column = reader.Directory.Get(role, owner);
        return texts.Id(column.Dictionary, window.Read(column, page, index, 1)[0]);
    }
}
