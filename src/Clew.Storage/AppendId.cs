namespace Clew.Storage;

/// <summary>
/// Number of an append to a span store, ascending over the life of a data directory, so that others can tell after a crash which appends
/// took place. Never used twice.
/// </summary>
/// <param name="Value">Counted from 1; 0 where there is none.</param>
public readonly record struct AppendId(long Value) : IComparable<AppendId>
{
    /// <summary>No number: what nobody asks about later.</summary>
    public static AppendId None => default;

    public int CompareTo(AppendId other) => Value.CompareTo(other.Value);

    public static bool operator <(AppendId left, AppendId right) => left.Value < right.Value;

    public static bool operator >(AppendId left, AppendId right) => left.Value > right.Value;

    public static bool operator <=(AppendId left, AppendId right) => left.Value <= right.Value;

    public static bool operator >=(AppendId left, AppendId right) => left.Value >= right.Value;
}
