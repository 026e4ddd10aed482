namespace Clew.Ingest.Journal;

/// <summary>What lies behind a record header. Keep in sync with docs/formats/journal.md.</summary>
internal enum JournalRecordKind : byte
{
    /// <summary>Tenant and payload.</summary>
    Payload = 1,

    /// <summary>Nothing: here the file ends. The next group overwrites it.</summary>
    End = 2,
}
