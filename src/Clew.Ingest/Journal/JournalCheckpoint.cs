using System.Buffers.Binary;
using Clew.Core.Encodings;
using Clew.Core.Files;

namespace Clew.Ingest.Journal;

/// <summary>
/// The released position on disk: one small file with two slots in different sectors, written in turn, so that one of them is
/// always whole. Keep in sync with docs/formats/journal.md.
/// </summary>
/// <remarks>Used by one thread. A stale slot only means that more is replayed.</remarks>
internal sealed class JournalCheckpoint : IDisposable
{
    private const int SlotBytes = 64;
    private const int SlotDistance = 4096;

    // "CLEWJCKP"
    private const ulong Magic = 0x504B434A57454C43;

    private readonly IFileLayer files;
    private readonly string directory;
    private readonly string path;
    private IDataFile? file;
    private long counter;

    private JournalCheckpoint(IFileLayer files, string directory)
    {
        this.files = files;
        this.directory = directory;
        path = Path.Combine(directory, JournalFormat.CheckpointName);
    }

    /// <summary>Records below this number are not needed.</summary>
    public long Released { get; private set; } = 1;

    /// <summary>The last record known to be synced.</summary>
    public long Synced { get; private set; }

    /// <summary>The highest generation given to a file.</summary>
    public long Generation { get; private set; }

    /// <summary>True where a slot could not be read: what the other says may be old.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Reads the newest valid slot.</summary>
    public static JournalCheckpoint Read(IFileLayer files, string directory, bool exists)
    {
        var checkpoint = new JournalCheckpoint(files, directory);
        if (exists)
        {
            using var file = files.Open(checkpoint.path, DataFileMode.Read);
            checkpoint.ReadSlot(file, 0);
            checkpoint.ReadSlot(file, SlotDistance);
        }
        return checkpoint;
    }

    /// <summary>Writes and syncs. After a failure the other slot still holds what was written before.</summary>
    public void Write(long released, long synced, long generation)
    {
        if (file is null)
        {
            bool created = !files.ListFiles(directory).Contains(JournalFormat.CheckpointName);
            file = files.Open(path, created ? DataFileMode.Create : DataFileMode.ReadWrite);
            file.Preallocate(2 * SlotDistance);
        }
        Span<byte> slot = stackalloc byte[SlotBytes];
        slot.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(slot, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(slot[8..], JournalFormat.Version);
        BinaryPrimitives.WriteInt64LittleEndian(slot[16..], counter + 1);
        BinaryPrimitives.WriteInt64LittleEndian(slot[24..], released);
        BinaryPrimitives.WriteInt64LittleEndian(slot[32..], synced);
        BinaryPrimitives.WriteInt64LittleEndian(slot[40..], generation);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[60..], Crc32C.Of(slot[..60]));
        try
        {
            file.Write(slot, ((counter + 1) & 1) * SlotDistance);
            file.Sync();
            if (counter == 0)
            {
                files.SyncDirectory(directory);
            }
        }
        catch
        {
            Dispose(); // Opened anew: what a failed sync left behind is not to be trusted.
            throw;
        }
        counter++;
        (Released, Synced, Generation) = (released, synced, generation);
    }

    public void Dispose()
    {
        file?.Dispose();
        file = null;
    }

    private void ReadSlot(IDataFile source, long offset)
    {
        Span<byte> slot = stackalloc byte[SlotBytes];
        slot.Clear();
        int read = source.Read(slot, offset);
        if (!slot[..read].ContainsAnyExcept((byte)0))
        {
            return; // Not written yet.
        }
        if (BinaryPrimitives.ReadUInt64LittleEndian(slot) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(slot[60..]) != Crc32C.Of(slot[..60]))
        {
            IsDamaged = true;
            return;
        }
        if (BinaryPrimitives.ReadUInt16LittleEndian(slot[8..]) != JournalFormat.Version)
        {
            throw new InvalidDataException($"'{path}' was written by another version of Clew; start that one, or a newer one.");
        }
        long number = BinaryPrimitives.ReadInt64LittleEndian(slot[16..]);
        if (number > counter)
        {
            counter = number;
            Released = BinaryPrimitives.ReadInt64LittleEndian(slot[24..]);
            Synced = BinaryPrimitives.ReadInt64LittleEndian(slot[32..]);
            Generation = BinaryPrimitives.ReadInt64LittleEndian(slot[40..]);
        }
    }
}
