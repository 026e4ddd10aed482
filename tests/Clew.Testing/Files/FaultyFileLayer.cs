using Clew.Core.Files;

namespace Clew.Testing.Files;

/// <summary>
/// A file system in memory that loses, reorders and tears what was not synced, cuts the power at a chosen operation and refuses
/// operations with a chosen error. Thread-safe; the same for the same seed and the same operations.
/// </summary>
/// <remarks>
/// After a power cut every sector (512 bytes) written since the file's last sync holds any of its versions, the file has any of its
/// lengths, and of the changes to a directory since its last sync any first part has happened. A failed sync leaves content that the
/// system takes for written although some is not. Directories themselves are durable at once: creating one syncs its parent.
/// </remarks>
/// <param name="seed">Decides what is lost.</param>
public sealed class FaultyFileLayer(int seed) : IFileLayer
{
    private readonly Lock gate = new();
    private readonly Random random = new(seed);
    private readonly SortedDictionary<string, FaultyDirectory> directories = new(StringComparer.Ordinal);
    private bool isOff;

    /// <summary>The power goes off at the changing operation of this index: it happens only in part, all later ones not at all.</summary>
    public int? CutAt { get; set; }

    /// <summary>Asked before every operation; what it returns is thrown. Of a refused write some sectors may have been written.</summary>
    public Func<FileOperation, Exception?>? Refuse { get; set; }

    /// <summary>Changing operations so far.</summary>
    public int Operations { get; private set; }

    /// <summary>True when the power has been cut.</summary>
    public bool IsOff
    {
        get
        {
            lock (gate)
            {
                return isOff;
            }
        }
    }

    /// <summary>Every changing operation, in order.</summary>
    public List<FileOperation> History { get; } = [];

    /// <summary>Cuts the power now.</summary>
    public void CutPower()
    {
        lock (gate)
        {
            isOff = true;
        }
    }

    /// <summary>Switches on again with everything that was written, synced or not.</summary>
    public void PowerOn()
    {
        lock (gate)
        {
            isOff = false;
            CutAt = null;
        }
    }

    /// <summary>The file system after a power cut, with the power on again.</summary>
    /// <param name="imageSeed">Chooses one of the allowed images.</param>
    /// <param name="keep">True keeps all that was written, false nothing that was not synced, null something in between.</param>
    public FaultyFileLayer AfterPowerCut(int imageSeed, bool? keep = null)
    {
        lock (gate)
        {
            var image = new FaultyFileLayer(imageSeed);
            var choice = new Random(imageSeed);
            foreach (var (path, directory) in directories)
            {
                var copy = image.directories[path] = new FaultyDirectory();
                foreach (var (name, file) in directory.AfterPowerCut(choice, keep))
                {
                    copy.Create(name, FaultyFile.Durable(file.AfterPowerCut(choice, keep)));
                }
                copy.Sync();
            }
            return image;
        }
    }

    /// <summary>The file system as a new process finds it after the old one was killed: nothing is lost.</summary>
    public FaultyFileLayer AfterKill(int imageSeed) => AfterPowerCut(imageSeed, keep: true);

    /// <summary>Paths of all files.</summary>
    public IReadOnlyList<string> AllFiles()
    {
        lock (gate)
        {
            return [.. directories.SelectMany(directory => directory.Value.Entries.Keys.Select(name => Path.Combine(directory.Key, name)))];
        }
    }

    /// <summary>A copy of a file's content.</summary>
    public byte[] ReadAll(string path)
    {
        lock (gate)
        {
            return Find(path).Content.ToArray();
        }
    }

    /// <summary>Puts a file on the disk, durably.</summary>
    public void Put(string path, byte[] bytes)
    {
        lock (gate)
        {
            var directory = DirectoryOf(path);
            directory.Create(Path.GetFileName(path), FaultyFile.Durable(bytes));
            directory.Sync();
        }
    }

    /// <summary>Changes bits of one byte on the disk.</summary>
    public void Flip(string path, long offset, byte bits)
    {
        byte[] bytes = ReadAll(path);
        bytes[offset] ^= bits;
        Put(path, bytes);
    }

    public void CreateDirectory(string path)
    {
        lock (gate)
        {
            if (!directories.ContainsKey(path))
            {
                Before(FileOperationKind.CreateDirectory, path);
                for (string? parent = path; !string.IsNullOrEmpty(parent); parent = Path.GetDirectoryName(parent))
                {
                    directories.TryAdd(parent, new FaultyDirectory());
                }
            }
        }
    }

    public IReadOnlyList<string> ListFiles(string directory)
    {
        lock (gate)
        {
            Before(FileOperationKind.List, directory);
            return [.. Directory(directory).Entries.Keys];
        }
    }

    public IReadOnlyList<string> ListDirectories(string directory)
    {
        lock (gate)
        {
            Before(FileOperationKind.List, directory);
            return [.. directories.Keys.Where(path => Path.GetDirectoryName(path) == directory).Select(path => Path.GetFileName(path)!)];
        }
    }

    public IDataFile Open(string path, DataFileMode mode)
    {
        lock (gate)
        {
            Before(mode == DataFileMode.Create ? FileOperationKind.Create : FileOperationKind.Open, path);
            var directory = DirectoryOf(path);
            if (mode != DataFileMode.Create)
            {
                return new Handle(this, path, Find(path), mode);
            }
            if (directory.Entries.TryGetValue(Path.GetFileName(path), out var existing))
            {
                existing.SetLength(0);
                return new Handle(this, path, existing, mode);
            }
            var file = new FaultyFile();
            directory.Create(Path.GetFileName(path), file);
            return new Handle(this, path, file, mode);
        }
    }

    public void Rename(string from, string to)
    {
        lock (gate)
        {
            _ = Find(from);
            Before(FileOperationKind.Rename, from, () => DirectoryOf(from).Rename(Path.GetFileName(from), Path.GetFileName(to)));
            DirectoryOf(from).Rename(Path.GetFileName(from), Path.GetFileName(to));
        }
    }

    public void Delete(string path)
    {
        lock (gate)
        {
            Before(FileOperationKind.Delete, path, () => DirectoryOf(path).Delete(Path.GetFileName(path)));
            DirectoryOf(path).Delete(Path.GetFileName(path));
        }
    }

    public void SyncDirectory(string path)
    {
        lock (gate)
        {
            Before(FileOperationKind.SyncDirectory, path);
            Directory(path).Sync();
        }
    }

    /// <summary>Counts, cuts and refuses.</summary>
    /// <param name="inPart">What of the operation may have happened when the power is cut in it.</param>
    private void Before(FileOperationKind kind, string path, Action? inPart = null)
    {
        var operation = new FileOperation(Operations, kind, path);
        if (isOff)
        {
            throw new PowerCutException();
        }
        if (operation.Changes)
        {
            Operations++;
            History.Add(operation);
            if (operation.Index == CutAt)
            {
                inPart?.Invoke();
                isOff = true;
                throw new PowerCutException();
            }
        }
        if (Refuse?.Invoke(operation) is { } refusal)
        {
            throw refusal;
        }
    }

    /// <summary>How much of a write happened: it ends between two sectors.</summary>
    private int PartOf(int length, long offset)
    {
        long end = (offset + random.Next(length + 1)) / FaultyFile.SectorBytes * FaultyFile.SectorBytes;
        return (int)Math.Max(0, end - offset);
    }

    private FaultyDirectory Directory(string path) =>
        directories.TryGetValue(path, out var directory) ? directory : throw new DirectoryNotFoundException($"Could not find a part of the path '{path}'.");

    private FaultyDirectory DirectoryOf(string path) => Directory(Path.GetDirectoryName(path)!);

    private FaultyFile Find(string path) =>
        DirectoryOf(path).Entries.TryGetValue(Path.GetFileName(path), out var file) ? file : throw new FileNotFoundException($"Could not find file '{path}'.", path);

    private sealed class Handle(FaultyFileLayer layer, string path, FaultyFile file, DataFileMode mode) : IDataFile
    {
        private const int BlockBytes = 4096;

        private bool isDisposed;

        public long Length
        {
            get
            {
                lock (layer.gate)
                {
                    Check(writes: false);
                    return file.Length;
                }
            }
        }

        public int Read(Span<byte> buffer, long offset)
        {
            lock (layer.gate)
            {
                Check(writes: false);
                layer.Before(FileOperationKind.Read, path);
                return file.Read(buffer, offset);
            }
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            lock (layer.gate)
            {
                Check(writes: true);
                bool wasOff = layer.isOff;
                try
                {
                    layer.Before(FileOperationKind.Write, path);
                }
                catch (IOException)
                {
                    if (!wasOff)
                    {
                        file.Write(bytes[..layer.PartOf(bytes.Length, offset)], offset);
                    }
                    throw;
                }
                file.Write(bytes, offset);
            }
        }

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset)
        {
            int length = buffers.Sum(buffer => buffer.Length);
            int at = 0;
            byte[] bytes;
            if (mode == DataFileMode.Overwrite && (offset + length + BlockBytes - 1) / BlockBytes * BlockBytes <= Length)
            {
                // As the disk does it: the first block is written again, the last one is filled up with zeros.
                at = (int)(offset % BlockBytes);
                offset -= at;
                bytes = new byte[(at + length + BlockBytes - 1) / BlockBytes * BlockBytes];
                lock (layer.gate)
                {
                    file.Read(bytes.AsSpan(0, at), offset);
                }
            }
            else
            {
                bytes = new byte[length];
            }
            foreach (var buffer in buffers)
            {
                buffer.Span.CopyTo(bytes.AsSpan(at));
                at += buffer.Length;
            }
            Write(bytes, offset);
        }

        public void Preallocate(long length)
        {
            lock (layer.gate)
            {
                Check(writes: true);
                layer.Before(FileOperationKind.Preallocate, path);
                if (length > file.Length)
                {
                    file.Write(new byte[length - file.Length], file.Length);
                }
            }
        }

        public void SetLength(long length)
        {
            lock (layer.gate)
            {
                Check(writes: true);
                layer.Before(FileOperationKind.SetLength, path);
                file.SetLength(length);
            }
        }

        public void Sync()
        {
            lock (layer.gate)
            {
                Check(writes: true);
                try
                {
                    layer.Before(FileOperationKind.Sync, path);
                }
                catch (IOException) when (!layer.isOff)
                {
                    file.FailSync(layer.random);
                    throw;
                }
                file.Sync();
            }
        }

        public void Dispose() => isDisposed = true;

        private void Check(bool writes)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            if (writes && mode == DataFileMode.Read)
            {
                throw new UnauthorizedAccessException($"Access to the path '{path}' is denied.");
            }
        }
    }
}
