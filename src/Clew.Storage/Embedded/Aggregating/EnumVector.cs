using Clew.Core.Model;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Aggregating;

/// <summary>Kind and status (small numbers as they are) and whether a span is a root.</summary>
internal sealed class EnumVector(ColumnRole role) : GroupVector
{
    private const int Values = 256;

    public override int Cardinality => role == ColumnRole.Parent ? 2 : Values;

    public override void Fill(RowGroup group, Span<int> ids)
    {
        var values = group.Values(role);
        for (int i = 0; i < values.Length; i++)
        {
            ids[i] = role == ColumnRole.Parent ? (values[i] == 0 ? 1 : 0) : (byte)values[i];
        }
    }

    public override AttributeValue Value(int id) => role == ColumnRole.Parent ? AttributeValue.Of(id != 0) : AttributeValue.Of((long)id);
}
