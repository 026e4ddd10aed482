using Clew.Ingest.Otlp.Receiving;

namespace Clew.Ingest.Tests.Otlp;

public class GzipTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void SeveralMembersAreOneContent(int members)
    {
        var random = new Random(members);
        for (int round = 0; round < 60; round++)
        {
            var (content, compressed) = Members(random, members, 20_000);
            AssertContent(content, compressed, 1 << 20);
        }
    }

    [Fact]
    public void AMemberMayEndWhereverTheReaderStopsToFetchMore()
    {
        // Stored without compression, so that lengths can be chosen: ends fall on both sides of what is fetched at once.
        foreach (int end in new[] { 8190, 8191, 8192, 8193, 16383, 16384, 16385 })
        {
            byte[] first = new byte[end - 23];
            new Random(end).NextBytes(first);
            byte[] stored = Compress(first, System.IO.Compression.CompressionLevel.NoCompression);
            Assert.InRange(stored.Length - end, -16, 16);
            byte[] second = [1, 2, 3];
            AssertContent([.. first, .. second], [.. stored, .. OtlpHttpTests.Compress(second)], 1 << 20);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void NothingThatIsCutOffIsTaken(int members)
    {
        var random = new Random(5);
        var (_, compressed) = Members(random, members, 300);
        var ends = EndsOfMembers(compressed);
        for (int length = 1; length < compressed.Length; length++)
        {
            var expected = ends.Contains(length) ? PayloadError.None : PayloadError.Malformed;
            Assert.True(expected == Decompress(compressed[..length], 1 << 20).Error, $"{length} of {compressed.Length}");
        }
    }

    [Fact]
    public void NothingBehindTheLastMemberIsTaken()
    {
        byte[] whole = OtlpHttpTests.Compress([1, 2, 3]);
        foreach (byte[] rest in new byte[][] { [0], [0x1F], [0x1F, 0x8B], [1, 2, 3, 4], new byte[100] })
        {
            Assert.Equal(PayloadError.Malformed, Decompress([.. whole, .. rest], 1 << 20).Error);
        }
    }

    [Fact]
    public void AFlippedBitIsNeverTaken()
    {
        var (content, compressed) = Members(new Random(6), 2, 200);
        for (int bit = 0; bit < 8 * compressed.Length; bit++)
        {
            byte[] flipped = [.. compressed];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            var (error, found) = Decompress(flipped, 1 << 20);
            // Time, system and extra flags of a header mean nothing; names and the like would begin where the content does.
            Assert.True(error == PayloadError.Malformed || found.AsSpan().SequenceEqual(content), $"bit {bit}");
        }
    }

    [Fact]
    public void TheBoundIsExact()
    {
        var (content, compressed) = Members(new Random(8), 2, 9_000);
        for (int off = 0; off <= 12; off++)
        {
            AssertContent(content, compressed, content.Length + off);
            Assert.Equal(PayloadError.TooLarge, Decompress(compressed, content.Length - 1 - off).Error);
        }
    }

    private static void AssertContent(byte[] expected, byte[] compressed, int limit)
    {
        var (error, content) = Decompress(compressed, limit);
        Assert.Equal(PayloadError.None, error);
        Assert.Equal(expected, content);
    }

    private static (PayloadError Error, byte[] Content) Decompress(byte[] compressed, int limit)
    {
        using var to = new PayloadBuffer(new BufferBudget(1 << 24));
        var error = Gzip.Decompress(compressed, to, limit);
        return (error, error == PayloadError.None ? [.. to.Content] : []);
    }

    private static (byte[] Content, byte[] Compressed) Members(Random random, int members, int maxBytes)
    {
        List<byte> content = [];
        List<byte> compressed = [];
        for (int i = 0; i < members; i++)
        {
            byte[] part = new byte[random.Next(1, maxBytes)];
            random.NextBytes(part.AsSpan(0, part.Length / 2));
            content.AddRange(part);
            compressed.AddRange(OtlpHttpTests.Compress(part));
        }
        return ([.. content], [.. compressed]);
    }

    private static HashSet<int> EndsOfMembers(byte[] compressed)
    {
        var ends = new HashSet<int>();
        for (int i = 1; i + 2 < compressed.Length; i++)
        {
            if (compressed[i] == 0x1F && compressed[i + 1] == 0x8B && compressed[i + 2] == 8)
            {
                ends.Add(i);
            }
        }
        return ends;
    }

    private static byte[] Compress(byte[] content, System.IO.Compression.CompressionLevel level)
    {
        using var stream = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(stream, level))
        {
            gzip.Write(content);
        }
        return stream.ToArray();
    }
}
