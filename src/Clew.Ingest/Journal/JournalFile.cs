namespace Clew.Ingest.Journal;

/// <summary>A file that holds records, or did until they were released.</summary>
internal sealed class JournalFile
{
    public required long Generation { get; init; }

    /// <summary>Name without path.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes on disk.</summary>
    public required long Length { get; init; }

    /// <summary>What the file says of itself; null where neither copy could be read.</summary>
    public JournalFileHeader? Header { get; init; }

    /// <summary>Number of its first record; of a file without a readable header, that of the next file.</summary>
    public long FirstSequence { get; set; }

    /// <summary>Something in it could not be read: it is set aside instead of being overwritten.</summary>
    public bool IsDamaged { get; set; }
}
