using System.Text;
using Clew.Core.Model;

namespace Clew.Core.Columns;

/// <summary>
/// Spans with everything that belongs to them, as columns over one dictionary: what a receiver reads from a payload, what
/// the head holds, what the store is given and what a read returns.
/// </summary>
/// <remarks>
/// Every string in every column is an id in <see cref="Strings"/>. Rows of <see cref="Attributes"/>, <see cref="Events"/> and
/// <see cref="Links"/> belong to exactly one owner; rows of <see cref="Resources"/> and <see cref="Scopes"/> are shared by spans.
/// A batch is reused through <see cref="Clear"/>; it belongs to one thread at a time. Bounded by its producer.
/// </remarks>
public sealed class SpanBatch
{
    private static ReadOnlySpan<byte> ServiceNameKey => "service.name"u8;

    public StringTable Strings { get; } = new();

    public SpanTable Spans { get; } = new();

    public AttributeTable Attributes { get; } = new();

    public EventTable Events { get; } = new();

    public LinkTable Links { get; } = new();

    public ResourceTable Resources { get; } = new();

    public ScopeTable Scopes { get; } = new();

    /// <summary>Number of spans.</summary>
    public int Count => Spans.Count;

    /// <summary>Bytes in use: rows of all tables and the dictionary. A figure to bound memory by; columns may have reserved twice as much.</summary>
    public long UsedBytes => Strings.UsedBytes
        + TableBytes(Spans.Count, Attributes.Count, Events.Count, Links.Count, Resources.Count, Scopes.Count);

    /// <summary>Bytes the batch has reserved, in use or not.</summary>
    public long AllocatedBytes => Strings.AllocatedBytes
        + TableBytes(Spans.Capacity, Attributes.Capacity, Events.Capacity, Links.Capacity, Resources.Capacity, Scopes.Capacity);

    /// <summary>Forgets everything and keeps the memory.</summary>
    /// <param name="source">The buffer that strings may refer to without a copy; it must outlive the batch's content.</param>
    public void Clear(byte[]? source = null)
    {
        Strings.Reset(source);
        Spans.Clear();
        Attributes.Clear();
        Events.Clear();
        Links.Clear();
        Resources.Clear();
        Scopes.Clear();
    }

    /// <summary>The string of an id as text.</summary>
    public string Text(int stringId) => stringId == 0 ? "" : Encoding.UTF8.GetString(Strings[stringId]);

    /// <summary>String id of the span's service name, 0 where its resource has none.</summary>
    public int ServiceName(int span) => Resources.ServiceNames[Spans.Resources[span]];

    /// <summary>An attribute's value on its own; copies strings.</summary>
    public AttributeValue Value(int attribute)
    {
        var type = Attributes.Types[attribute];
        long value = Attributes.Values[attribute];
        return AttributeTable.IsStringId(type) ? AttributeValue.Of(type, Strings[(int)value]) : AttributeValue.Of(type, value);
    }

    /// <summary>
    /// Adds a resource whose attributes are the given rows, and derives its service name: the last attribute called
    /// <c>service.name</c> of type string.
    /// </summary>
    public int AddResource(RowRange attributes, uint droppedAttributesCount, int schemaUrl)
    {
        int row = Resources.AddRow();
        Resources.Attributes[row] = attributes;
        Resources.DroppedAttributesCounts[row] = droppedAttributesCount;
        Resources.SchemaUrls[row] = schemaUrl;
        Resources.ServiceNames[row] = 0;
        for (int i = attributes.Start; i < attributes.End; i++)
        {
            if (Attributes.Types[i] == AttributeType.String && Strings[Attributes.Keys[i]].SequenceEqual(ServiceNameKey))
            {
                Resources.ServiceNames[row] = (int)Attributes.Values[i];
            }
        }
        return row;
    }

    /// <summary>Adds a scope whose attributes are the given rows.</summary>
    public int AddScope(int name, int version, RowRange attributes, uint droppedAttributesCount, int schemaUrl)
    {
        int row = Scopes.AddRow();
        Scopes.Names[row] = name;
        Scopes.Versions[row] = version;
        Scopes.Attributes[row] = attributes;
        Scopes.DroppedAttributesCounts[row] = droppedAttributesCount;
        Scopes.SchemaUrls[row] = schemaUrl;
        return row;
    }

    // Widths of the rows. Keep in sync with the tables.
    private static long TableBytes(int spans, int attributes, int events, int links, int resources, int scopes) =>
        (110L * spans) + (13L * attributes) + (24L * events) + (44L * links) + (20L * resources) + (24L * scopes);
}
