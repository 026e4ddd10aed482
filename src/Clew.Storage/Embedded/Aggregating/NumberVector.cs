using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Aggregating;

/// <summary>An intrinsic number; the numbers count up as values are met.</summary>
internal sealed class NumberVector(SpanField field) : GroupVector
{
    private readonly Dictionary<long, int> known = [];
    private readonly List<long> numbers = [];

    public override void Fill(RowGroup group, Span<int> ids)
    {
        var values = group.Numbers(field);
        for (int i = 0; i < values.Length; i++)
        {
            if (i > 0 && values[i] == values[i - 1])
            {
                ids[i] = ids[i - 1];
                continue;
            }
            if (!known.TryGetValue(values[i], out int id))
            {
                id = numbers.Count;
                known.Add(values[i], id);
                numbers.Add(values[i]);
            }
            ids[i] = id;
        }
    }

    public override void Intern(ReadOnlySpan<int> ids, AggregateResult into, Span<int> values)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            values[i] = into.Intern(AttributeType.Int, numbers[ids[i]], default);
        }
    }
}
