using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Searching;

/// <summary>A condition on a column that has one value for each span.</summary>
internal sealed class ColumnTest(ColumnInfo column, ValueTest test) : SpanTest
{
    public override int Cost => test.Cost;

    public override bool MayMatch(RowGroup group) => test.MayPass(column.Pages[group.Index].Min, column.Pages[group.Index].Max);

    public override void Mark(RowGroup group, ReadOnlySpan<ulong> wanted, Span<ulong> hits) => group.Mark(column, test, wanted, hits);
}
