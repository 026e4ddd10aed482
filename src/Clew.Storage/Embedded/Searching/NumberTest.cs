using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Searching;

/// <summary>A condition on an intrinsic number: kind, status, times, duration.</summary>
internal sealed class NumberTest(SpanField field, ValueTest test) : SpanTest
{
    public override bool MayMatch(RowGroup group) => group.Bounds(field) is not { } bounds || test.MayMatch(bounds.Min, bounds.Max);

    public override void Mark(RowGroup group, Span<byte> hits) => test.Mark(group.Numbers(field), hits);
}
