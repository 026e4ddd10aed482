using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Aggregating;

/// <summary>Time buckets by start, counted from the segment's first one where that gives few numbers, otherwise as they are met.</summary>
internal sealed class BucketVector : GroupVector
{
    private const ulong Most = 1 << 16;

    private readonly ulong width;
    private readonly ulong first;
    private readonly int cardinality;
    private readonly Dictionary<ulong, int> known = [];
    private readonly List<ulong> starts = [];

    public BucketVector(SegmentSummary summary, ulong width)
    {
        this.width = width;
        first = summary.FirstStart - (summary.FirstStart % width);
        ulong buckets = (summary.LastStart - first) / width;
        cardinality = buckets < Most ? (int)buckets + 1 : 0;
    }

    public override int Cardinality => cardinality;

    public ulong Start(int id) => cardinality > 0 ? first + ((ulong)id * width) : starts[id];

    public override void Fill(RowGroup group, Span<int> ids)
    {
        if (cardinality == 1)
        {
            ids.Clear();
            return;
        }
        var page = group.Directory.Get(ColumnRole.Start, OwnerKind.Span).Pages[group.Index];
        if (cardinality > 0 && group.Directory.Summary.PlainTimes && IdOf((ulong)page.Min) == IdOf((ulong)page.Max))
        {
            ids.Fill(IdOf((ulong)page.Min));
            return;
        }
        var values = group.Values(ColumnRole.Start);
        ulong current = 0;
        int id = -1;
        for (int i = 0; i < values.Length; i++)
        {
            ulong value = (ulong)values[i];
            if (id < 0 || value - current >= width)
            {
                current = value - (value % width);
                id = cardinality > 0 ? IdOf(value) : Number(current);
            }
            ids[i] = id;
        }
    }

    public override void Intern(ReadOnlySpan<int> ids, AggregateResult into, Span<int> values) =>
        throw new NotSupportedException("A bucket is no value.");

    private int IdOf(ulong value)
    {
        ulong id = (value - first) / width;
        return id < (ulong)cardinality ? (int)id : throw new SegmentDamagedException("A span starts outside of its segment's bounds.");
    }

    private int Number(ulong start)
    {
        if (!known.TryGetValue(start, out int id))
        {
            id = starts.Count;
            known.Add(start, id);
            starts.Add(start);
        }
        return id;
    }
}
