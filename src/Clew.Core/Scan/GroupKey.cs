using Clew.Core.Model;

namespace Clew.Core.Scan;

/// <summary>Names a group: the start of its time bucket (0 without buckets) and one value per group field.</summary>
public sealed class GroupKey(ulong bucket, AttributeValue[] values) : IEquatable<GroupKey>
{
    public ulong Bucket => bucket;

    public IReadOnlyList<AttributeValue> Values => values;

    public bool Equals(GroupKey? other) => other is not null && bucket == other.Bucket && values.AsSpan().SequenceEqual(other.Span);

    public override bool Equals(object? obj) => Equals(obj as GroupKey);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(bucket);
        foreach (var value in values)
        {
            hash.Add(value);
        }
        return hash.ToHashCode();
    }

    private ReadOnlySpan<AttributeValue> Span => values;
}
