using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Searching;

/// <summary>A condition on a column that has one value for each span.</summary>
internal sealed class ColumnTest(ColumnInfo column, ValueTest test) : SpanTest
{
    public override bool MayMatch(RowGroup group) => test.MayMatch(column.Pages[group.Index].Min, column.Pages[group.Index].Max);

    public override void Mark(RowGroup group, Span<byte> hits) => test.Mark(group.Values(column), hits);
}
