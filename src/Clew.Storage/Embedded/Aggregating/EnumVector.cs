using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Aggregating;

/// <summary>Kind and status (small numbers as they are) and whether a span is a root.</summary>
internal sealed class EnumVector(ColumnRole role) : GroupVector
{
    private const int Numbers = 256;

    public override int Cardinality => role == ColumnRole.Parent ? 2 : Numbers;

    public override void Fill(RowGroup group, Span<int> ids)
    {
        var values = group.Values(role);
        for (int i = 0; i < values.Length; i++)
        {
            ids[i] = role == ColumnRole.Parent ? (values[i] == 0 ? 1 : 0) : (byte)values[i];
        }
    }

    public override void Intern(ReadOnlySpan<int> ids, AggregateResult into, Span<int> values)
    {
        var type = role == ColumnRole.Parent ? AttributeType.Bool : AttributeType.Int;
        for (int i = 0; i < ids.Length; i++)
        {
            values[i] = into.Intern(type, ids[i], default);
        }
    }
}
