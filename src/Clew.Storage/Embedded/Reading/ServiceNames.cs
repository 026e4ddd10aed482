using Clew.Core.Model;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Reading;

/// <summary>The service of each resource of a segment, by the rule of <see cref="Core.Columns.SpanBatch.AddResource"/>.</summary>
internal sealed class ServiceNames
{
    private ServiceNames(int[] ofResource, byte[][] names)
    {
        OfResource = ofResource;
        Names = names;
    }

    /// <summary>By resource row: index into <see cref="Names"/>.</summary>
    public int[] OfResource { get; }

    /// <summary>Distinct names; the first is empty.</summary>
    public byte[][] Names { get; }

    public static ServiceNames Read(SegmentReader reader)
    {
        var texts = new byte[]?[reader.Directory.Resources];
        if (AttributeCursor.Open(reader, OwnerKind.Resource, "service.name") is { } cursor)
        {
            var visitor = new LastText(texts, reader, cursor);
            using var group = new RowGroup(reader, reader.Directory.Resources);
            for (int page = 0; page < group.Count; page++)
            {
                group.MoveTo(page);
                visitor.FirstRow = group.FirstRow;
                cursor.Walk(group, ref visitor);
            }
        }
        var ids = new Dictionary<string, int> { [""] = 0 };
        var names = new List<byte[]> { Array.Empty<byte>() };
        var ofResource = new int[reader.Directory.Resources];
        for (int row = 0; row < ofResource.Length; row++)
        {
            byte[] name = texts[row] ?? [];
            string key = Convert.ToHexString(name);
            if (!ids.TryGetValue(key, out ofResource[row]))
            {
                ofResource[row] = names.Count;
                ids.Add(key, names.Count);
                names.Add(name);
            }
        }
        return new ServiceNames(ofResource, [.. names]);
    }

    private struct LastText(byte[]?[] texts, SegmentReader reader, AttributeCursor cursor) : IAttributeVisitor
    {
        public int FirstRow { get; set; }

        public readonly void Visit(int owner, int column, AttributeType type, long value)
        {
            if (type == AttributeType.String)
            {
                int dictionary = column < cursor.Columns.Count ? cursor.Columns[column].Dictionary : cursor.RareDictionary;
                texts[FirstRow + owner] = reader.Text(dictionary, value).ToArray();
            }
        }
    }
}
