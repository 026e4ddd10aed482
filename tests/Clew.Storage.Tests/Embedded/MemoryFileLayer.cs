using System.Collections.Concurrent;
using Clew.Core.Files;

namespace Clew.Storage.Tests.Embedded;

/// <summary>Files in memory, with a hook before everything that writes.</summary>
internal sealed class MemoryFileLayer : IFileLayer
{
    private readonly ConcurrentDictionary<string, byte[]> files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> directories = new(StringComparer.Ordinal);

    /// <summary>Called before each operation that changes something; may throw.</summary>
    public Action<string>? BeforeChange { get; set; }

    /// <summary>Called before each read, with path and place; may throw.</summary>
    public Action<string, long>? BeforeRead { get; set; }

    /// <summary>Called with path, place and length of what is said to be read soon.</summary>
    public Action<string, long, int>? Expected { get; set; }

    public IReadOnlyCollection<string> Paths => [.. files.Keys.Order(StringComparer.Ordinal)];

    public byte[] this[string path]
    {
        get => files[path];
        set => files[path] = value;
    }

    public MemoryFileLayer Copy()
    {
        var copy = new MemoryFileLayer();
        foreach (var (path, bytes) in files)
        {
            copy.files[path] = bytes;
        }
        foreach (string path in directories.Keys)
        {
            copy.directories[path] = true;
        }
        return copy;
    }

    public void CreateDirectory(string path)
    {
        if (directories.ContainsKey(path))
        {
            return;
        }
        Change($"create {path}");
        for (string? parent = path; !string.IsNullOrEmpty(parent); parent = Path.GetDirectoryName(parent))
        {
            directories[parent] = true;
        }
    }

    public IReadOnlyList<string> ListFiles(string directory) => Names(files.Keys, directory);

    public IReadOnlyList<string> ListDirectories(string directory) => Names(directories.Keys, directory);

    public IDataFile Open(string path, DataFileMode mode)
    {
        if (mode == DataFileMode.Create)
        {
            Change($"open {path}");
            files[path] = [];
        }
        return files.ContainsKey(path) ? new MemoryFile(this, path) : throw new FileNotFoundException(path);
    }

    public void Rename(string from, string to)
    {
        Change($"rename {from}");
        files.TryRemove(from, out byte[]? bytes);
        files[to] = bytes!;
    }

    public void Delete(string path)
    {
        Change($"delete {path}");
        files.TryRemove(path, out _);
    }

    public void SyncDirectory(string path) => Change($"sync {path}");

    private static List<string> Names(IEnumerable<string> paths, string directory) =>
        [.. paths.Where(path => Path.GetDirectoryName(path) == directory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private void Change(string what) => BeforeChange?.Invoke(what);

    private sealed class MemoryFile(MemoryFileLayer layer, string path) : IDataFile
    {
        private readonly byte[] content = layer.files[path];

        public long Length => content.Length;

        public int Read(Span<byte> buffer, long offset)
        {
            layer.BeforeRead?.Invoke(path, offset);
            int count = Math.Max(0, Math.Min(buffer.Length, content.Length - (int)offset));
            content.AsSpan((int)offset, count).CopyTo(buffer);
            return count;
        }

        public void Expect(long offset, int bytes) => layer.Expected?.Invoke(path, offset, bytes);

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            layer.Change($"write {path}");
            byte[] old = layer.files[path];
            byte[] written = new byte[Math.Max(old.Length, offset + bytes.Length)];
            old.CopyTo(written, 0);
            bytes.CopyTo(written.AsSpan((int)offset));
            layer.files[path] = written;
        }

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset)
        {
            foreach (var buffer in buffers)
            {
                Write(buffer.Span, offset);
                offset += buffer.Length;
            }
        }

        public void Preallocate(long length) => SetLength(Math.Max(length, Length));

        public void SetLength(long length)
        {
            layer.Change($"length {path}");
            byte[] bytes = layer.files[path];
            Array.Resize(ref bytes, (int)length);
            layer.files[path] = bytes;
        }

        public void Sync() => layer.Change($"fsync {path}");

        public void Dispose()
        {
        }
    }
}
