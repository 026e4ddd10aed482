using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Searching;

/// <summary>At least one of the tests; none of them: never.</summary>
internal sealed class AnyTest(IReadOnlyList<SpanTest> tests) : SpanTest
{
    public bool IsNever => tests.Count == 0;

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

    public override void Mark(RowGroup group, Span<byte> hits)
    {
        foreach (var test in tests)
        {
            if (test.MayMatch(group))
            {
                test.Mark(group, hits);
            }
        }
    }
}
