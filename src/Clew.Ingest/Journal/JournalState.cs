namespace Clew.Ingest.Journal;

/// <summary>Where in its life a journal is.</summary>
internal enum JournalState
{
    Opened = 0,
    Replaying = 1,
    Appending = 2,
}
