using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Searching;

/// <summary>Ids that are members of a set.</summary>
internal sealed class SetTest : ValueTest
{
    private readonly bool[] members;

    private SetTest(bool[] members) => this.members = members;

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

    public override bool Passes(long value) => (ulong)value < (ulong)members.Length
        ? members[value]
        : throw new SegmentDamagedException($"There are {members.Length} entries and no entry {value}.");

    public override bool MayPass(long min, long max)
    {
        // Bounds of a block reach further than its values do.
        min = Math.Max(0, min);
        max = Math.Min(members.Length - 1, max);
        return max >= min && members.AsSpan((int)min, (int)(max - min) + 1).Contains(true);
    }
}
