using Clew.Core.Model;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Aggregating;

/// <summary>Time buckets by start.</summary>
internal sealed class BucketVector(ulong width) : GroupVector
{
    private readonly Dictionary<ulong, int> known = [];
    private readonly List<ulong> starts = [];

    public ulong Start(int id) => starts[id];

    public override void Fill(RowGroup group, Span<int> ids)
    {
        var values = group.Values(ColumnRole.Start);
        ulong current = 0;
        int id = -1;
        for (int i = 0; i < values.Length; i++)
        {
            ulong value = (ulong)values[i];
            if (id < 0 || value - current >= width)
            {
                current = value - (value % width);
                if (!known.TryGetValue(current, out id))
                {
                    id = starts.Count;
                    known.Add(current, id);
                    starts.Add(current);
                }
            }
            ids[i] = id;
        }
    }

    public override AttributeValue Value(int id) => AttributeValue.Empty;
}
