namespace Clew.Ingest.Journal;

/// <summary>Names a record by its sequence number: 1 for the first ever, each next one greater by one.</summary>
public readonly record struct JournalPosition(long Sequence) : IComparable<JournalPosition>
{
    public int CompareTo(JournalPosition other) => Sequence.CompareTo(other.Sequence);

    public static bool operator <(JournalPosition left, JournalPosition right) => left.Sequence < right.Sequence;

    public static bool operator >(JournalPosition left, JournalPosition right) => left.Sequence > right.Sequence;

    public static bool operator <=(JournalPosition left, JournalPosition right) => left.Sequence <= right.Sequence;

    public static bool operator >=(JournalPosition left, JournalPosition right) => left.Sequence >= right.Sequence;
}
