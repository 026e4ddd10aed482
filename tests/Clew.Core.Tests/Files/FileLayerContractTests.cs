using Clew.Core.Files;
using Clew.Testing.Files;

namespace Clew.Core.Tests.Files;

/// <summary>The disk and the file system of the tests answer alike.</summary>
public sealed class FileLayerContractTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("clew-files-").FullName;

    public static TheoryData<string> Layers => ["disk", "memory"];

    [Theory]
    [MemberData(nameof(Layers))]
    public void Reads_what_was_written_where_it_was_written(string kind)
    {
        var (layer, directory) = Layer(kind);
        string path = Path.Combine(directory, "file");
        using (var file = layer.Open(path, DataFileMode.Create))
        {
            file.Preallocate(3000);
            Assert.Equal(3000, file.Length);
            file.Write([1, 2, 3], 1000);
            file.Write([new byte[] { 4, 5 }, ReadOnlyMemory<byte>.Empty, new byte[] { 6 }], 2999);
            file.Sync();
            Assert.Equal(3002, file.Length);
        }
        using var again = layer.Open(path, DataFileMode.ReadWrite);
        byte[] buffer = new byte[10];
        Assert.Equal(4, again.Read(buffer, 2998));
        Assert.Equal([0, 4, 5, 6], buffer[..4]);
        Assert.Equal(10, again.Read(buffer, 998));
        Assert.Equal([0, 0, 1, 2, 3, 0], buffer[..6]);
        Assert.Equal(0, again.Read(buffer, 5000));
        again.SetLength(1001);
        Assert.Equal(1001, again.Length);
        again.SetLength(1003);
        Assert.Equal(3, again.Read(buffer, 1000));
        Assert.Equal([1, 0, 0], buffer[..3]);
        layer.SyncDirectory(directory);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void What_is_said_to_be_read_soon_changes_nothing(string kind)
    {
        var (layer, directory) = Layer(kind);
        string path = Path.Combine(directory, "file");
        var file = layer.Open(path, DataFileMode.Create);
        file.Write([1, 2, 3], 10_000);
        file.Expect(0, 4096);
        file.Expect(9999, 100);
        file.Expect(1L << 40, int.MaxValue);
        file.Expect(-1, -1);
        byte[] buffer = new byte[4];
        Assert.Equal(3, file.Read(buffer, 10_000));
        Assert.Equal([1, 2, 3, 0], buffer);
        Assert.Equal(10_003, file.Length);
        file.Dispose();
        file.Expect(0, 4096);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Overwriting_in_order_leaves_what_lies_before_and_at_most_zeros_up_to_the_next_block(string kind)
    {
        const int length = (3 << 20) + 5000; // not whole blocks, and longer than what one write gathers
        var (layer, directory) = Layer(kind);
        string path = Path.Combine(directory, "file");
        byte[] expected = new byte[length];
        var random = new Random(11);
        random.NextBytes(expected);
        using (var file = layer.Open(path, DataFileMode.Create))
        {
            file.Preallocate(length);
            file.Write(expected, 0);
        }
        using var over = layer.Open(path, DataFileMode.Overwrite);
        int at = 0;
        for (int round = 0; at < length; round++)
        {
            at = Math.Max(0, at - random.Next(60)); // the last bytes are written again, as the journal does with its end mark
            int size = Math.Min(length - at, round == 3 ? 2_500_000 : random.Next(1, 20_000));
            byte[] bytes = new byte[size];
            random.NextBytes(bytes);
            int cut = random.Next(size + 1);
            over.Write([bytes.AsMemory(0, cut), bytes.AsMemory(cut)], at);
            bytes.CopyTo(expected.AsSpan(at));
            at += size;
            int block = Math.Min(length, (at + 4095) / 4096 * 4096);
            byte[] found = new byte[length];
            Assert.Equal(length, over.Read(found, 0));
            Assert.True(found.AsSpan(0, at).SequenceEqual(expected.AsSpan(0, at)));
            Assert.True(found.AsSpan(block).SequenceEqual(expected.AsSpan(block)));
            Assert.True(found.AsSpan(at, block - at).SequenceEqual(expected.AsSpan(at, block - at)) || !found.AsSpan(at, block - at).ContainsAnyExcept((byte)0));
            if (round % 5 == 4)
            {
                over.Write([7], at - 1); // an ordinary write in between is not forgotten
                expected[at - 1] = 7;
            }
        }
        over.Sync();
        Assert.Equal(length, over.Length);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Renames_replace_and_deletes_forgive(string kind)
    {
        var (layer, directory) = Layer(kind);
        foreach (string name in (string[])["b", "a"])
        {
            using var file = layer.Open(Path.Combine(directory, name), DataFileMode.Create);
            file.Write("ab"u8[(name == "a" ? 0 : 1)..], 0);
        }
        Assert.Equal(["a", "b"], layer.ListFiles(directory));
        layer.Rename(Path.Combine(directory, "a"), Path.Combine(directory, "b"));
        Assert.Equal(["b"], layer.ListFiles(directory));
        using (var file = layer.Open(Path.Combine(directory, "b"), DataFileMode.Read))
        {
            Assert.Equal(2, file.Length);
            Assert.ThrowsAny<UnauthorizedAccessException>(() => file.Write([1], 0));
        }
        layer.Delete(Path.Combine(directory, "b"));
        layer.Delete(Path.Combine(directory, "b"));
        Assert.Empty(layer.ListFiles(directory));
        Assert.Throws<FileNotFoundException>(() => layer.Open(Path.Combine(directory, "b"), DataFileMode.Read));
        Assert.Throws<FileNotFoundException>(() => layer.Rename(Path.Combine(directory, "b"), Path.Combine(directory, "c")));
        layer.CreateDirectory(Path.Combine(directory, "sub"));
        layer.CreateDirectory(Path.Combine(directory, "sub"));
        Assert.Equal(["sub"], layer.ListDirectories(directory));
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private (IFileLayer Layer, string Directory) Layer(string kind)
    {
        IFileLayer layer = kind == "disk" ? DiskFileLayer.Instance : new FaultyFileLayer(1);
        string directory = Path.Combine(root, "data");
        layer.CreateDirectory(directory);
        return (layer, directory);
    }
}
