using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Searching;

/// <summary>At least one of the tests.</summary>
internal sealed class AnyTest(IReadOnlyList<SpanTest> tests) : SpanTest
{
    public override int Cost => tests.Sum(test => test.Cost);

    public override bool MayMatch(RowGroup group)
    {
        foreach (var test in tests)
        {
            if (test.MayMatch(group))
            {
                return true;
            }
        }
        return false;
    }

    public override void Mark(RowGroup group, ReadOnlySpan<ulong> wanted, Span<ulong> hits)
    {
        foreach (var test in tests)
        {
            if (test.MayMatch(group))
            {
                test.Mark(group, wanted, hits);
            }
        }
    }
}
