namespace Clew.Storage.Embedded.Searching;

/// <summary>Ids that are members of a set.</summary>
internal sealed class SetTest(bool[] members) : ValueTest
{
    public override bool Matches(long value) => members[value];

    public override bool MayMatch(long min, long max) => members.AsSpan((int)min, (int)(max - min) + 1).Contains(true);
}
