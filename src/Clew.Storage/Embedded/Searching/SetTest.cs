using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Searching;

/// <summary>Ids that are members of a set.</summary>
internal sealed class SetTest : ValueTest
{
    private readonly Members members;

    private SetTest(bool[] members) => this.members = new Members(members);

    public override int Cost => 2;

    /// <summary>The cheapest test of these ids, or null where there are none.</summary>
    public static ValueTest? Of(bool[] members)
    {
        int first = Array.IndexOf(members, true);
        int last = Array.LastIndexOf(members, true);
        return first < 0 ? null
            : members.AsSpan(first, last - first + 1).Contains(false) ? new SetTest(members)
            : new RangeTest(first, last);
    }

    public override bool Passes(long value) => members[value];

    public override bool MayPass(long min, long max) => members.HasAny(min, max);

    public override ulong Pass(ReadOnlySpan<long> values) => members.Pass(values);
}
