using Clew.Core.Encodings;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Searching;

/// <summary>A condition on an intrinsic number that is computed of columns: times and durations.</summary>
internal sealed class NumberTest(SpanField field, ValueTest test) : SpanTest
{
    public override int Cost => 2 + test.Cost;

    public override bool MayMatch(RowGroup group) => group.Bounds(field) is not { } bounds || test.MayPass(bounds.Min, bounds.Max);

    public override void Mark(RowGroup group, ReadOnlySpan<ulong> wanted, Span<ulong> hits) =>
        IntegerPageSearch.Mark(group.Numbers(field), test, wanted, hits);
}
