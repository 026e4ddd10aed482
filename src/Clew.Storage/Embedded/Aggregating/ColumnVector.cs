using Clew.Core.Model;
using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Aggregating;

/// <summary>A column of strings: the numbers are its dictionary's ids.</summary>
internal sealed class ColumnVector(SegmentReader reader, ColumnInfo column) : GroupVector
{
    public override int Cardinality => reader.Directory.Dictionaries[column.Dictionary].Count;

    public override void Fill(RowGroup group, Span<int> ids)
    {
        var values = group.Values(column);
        for (int i = 0; i < values.Length; i++)
        {
            ids[i] = (int)values[i];
        }
    }

    public override AttributeValue Value(int id) => AttributeValue.Of(AttributeType.String, reader.Text(column.Dictionary, id));
}
