using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Aggregating;

/// <summary>A column of strings: the numbers are its dictionary's ids.</summary>
internal sealed class ColumnVector(SegmentReader reader, ColumnInfo column) : GroupVector
{
    public override int Cardinality => reader.Directory.Dictionaries[column.Dictionary].Count;

    public override void Fill(RowGroup group, Span<int> ids)
    {
        var values = group.Values(column);
        ulong entries = (ulong)Cardinality;
        for (int i = 0; i < values.Length; i++)
        {
            ids[i] = (ulong)values[i] < entries ? (int)values[i]
                : throw new SegmentDamagedException($"A dictionary of {entries} entries has no entry {values[i]}.", group.Index);
        }
    }

    public override void Intern(ReadOnlySpan<int> ids, AggregateResult into, Span<int> values)
    {
        var entries = new EntryReader(reader, into);
        for (int i = 0; i < ids.Length; i++)
        {
            values[i] = entries.Intern(column.Dictionary, AttributeType.String, ids[i]);
        }
    }
}
