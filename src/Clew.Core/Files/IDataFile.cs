namespace Clew.Core.Files;

/// <summary>An open file, read and written at given places. Safe for concurrent reads.</summary>
public interface IDataFile : IDisposable
{
    /// <summary>Length in bytes.</summary>
    long Length { get; }

    /// <summary>Fills the buffer from that place on; returns fewer bytes only at the end of the file.</summary>
    int Read(Span<byte> buffer, long offset);

    /// <summary>
    /// Says that these bytes will be read soon, so that the system may fetch them while others are read: one call for each of many places,
    /// then the reads, takes the time of a few reads. Only a hint: it never fails, and may do nothing.
    /// </summary>
    void Expect(long offset, int bytes)
    {
    }

    /// <summary>Writes all bytes at that place; the file grows as needed. Durable only after <see cref="Sync"/>.</summary>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Writes several buffers one after the other with as few system calls as possible.</summary>
    void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset);

    /// <summary>Reserves the length on disk, filled with zeros.</summary>
    void Preallocate(long length);

    /// <summary>Cuts or extends the file.</summary>
    void SetLength(long length);

    /// <summary>Returns when the content (and the length) is on disk. After a failure nothing may be assumed about what was written since the last success.</summary>
    void Sync();
}
