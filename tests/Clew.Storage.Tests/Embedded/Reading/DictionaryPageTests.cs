using System.Buffers;
using System.Text;
using Clew.Core.Encodings;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Tests.Embedded.Reading;

/// <summary>What a dictionary's page packs comes back entry by entry, in any order, and damage is never believed.</summary>
public sealed class DictionaryPageTests
{
    [Theory]
    [InlineData("hex ids", TextForm.Places)]
    [InlineData("uuids", TextForm.Places)]
    [InlineData("numbers that ascend", TextForm.Places)]
    [InlineData("letters and digits", TextForm.Places)]
    [InlineData("sentences", TextForm.Pieces)]
    [InlineData("one long text", TextForm.Pieces)]
    [InlineData("random bytes of one length", TextForm.Plain)]
    [InlineData("random bytes", TextForm.Plain)]
    [InlineData("few", TextForm.Plain)]
    [InlineData("empty", TextForm.Plain)]
    public void EveryEntryComesBackInAnyOrder(string kind, byte form)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var entries = Entries(kind, random);
            var (page, length) = Write(entries);
            Assert.Equal(form, FormOf(page, entries.Count));
            foreach (bool isRented in new[] { false, true })
            {
                byte[] owned = isRented ? ArrayPool<byte>.Shared.Rent(length) : new byte[length];
                page.AsSpan(0, length).CopyTo(owned);
                var read = DictionaryPage.Read(owned, length, entries.Count, isRented);
                foreach (int index in Enumerable.Range(0, entries.Count).OrderBy(_ => random.Next()))
                {
                    Assert.Equal(entries[index], read[index].ToArray());
                }
                Assert.Throws<ArgumentOutOfRangeException>(() => { _ = read[entries.Count]; });
                if (isRented)
                {
                    read.Return();
                }
            }
        }
    }

    [Fact]
    public void IdsTakeWhatTheirDigitsHold()
    {
        var entries = Entries("hex ids", new Random(1));
        int length = Write(entries).Length;
        // 12 random digits of 4 bits, and 2 bytes of them for what blocks need.
        Assert.InRange(length, entries.Count * 6, (entries.Count * 6.5) + 100);
    }

    [Theory]
    [InlineData("hex ids")]
    [InlineData("letters and digits")]
    [InlineData("sentences")]
    [InlineData("random bytes")]
    public void DamageIsNoticedOrWithoutHarm(string kind)
    {
        var random = new Random(5);
        var entries = Entries(kind, random);
        var (page, length) = Write(entries);
        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = page.AsSpan(0, random.Next(4) == 0 ? random.Next(length + 1) : length).ToArray();
            for (int flips = random.Next(1, 4); flips > 0 && damaged.Length > 0; flips--)
            {
                // Heads matter most.
                damaged[random.Next(random.Next(2) == 0 ? damaged.Length : Math.Min(damaged.Length, 64))] ^= (byte)(1 << random.Next(8));
            }
            try
            {
                var read = DictionaryPage.Read(damaged, damaged.Length, entries.Count, isRented: false);
                for (int entry = 0; entry < read.Count; entry++)
                {
                    _ = read[entry].Length;
                }
            }
            catch (Exception failure) when (failure is InvalidDataException or ArgumentException or IndexOutOfRangeException or OverflowException)
            {
            }
        }
    }

    private static List<byte[]> Entries(string kind, Random random)
    {
        int start = random.Next(100);
        return kind switch
        {
            "hex ids" => Texts(1024, () => $"ord-{random.NextInt64(1L << 48):x12}"),
            "uuids" => Texts(500, () => Uuid(random)),
            "numbers that ascend" => Texts(1024, i => $"invoice/2026/{(1_000_000 * start) + i:d9}"),
            "letters and digits" => Texts(300, () => Of(random, 22, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")),
            "sentences" => Texts(600, () => $"SELECT {Word(random)}, {Word(random)} FROM {Word(random)} WHERE {Word(random)} = ? ORDER BY {Word(random)}"),
            "one long text" => [Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("at Shop.Orders.Place() ", 10_000)))],
            "random bytes of one length" => [.. Enumerable.Range(0, 200).Select(_ => Bytes(random, 40))],
            "random bytes" => [.. Enumerable.Range(0, 200).Select(_ => Bytes(random, random.Next(100)))],
            "few" => Texts(3, () => Word(random)),
            _ => [.. Enumerable.Range(0, 40).Select(static _ => Array.Empty<byte>())],
        };
    }

    private static string Uuid(Random random) =>
        $"{random.NextInt64(1L << 32):x8}-{random.Next(1 << 16):x4}-4{random.Next(1 << 12):x3}-{random.Next(1 << 16):x4}-{random.NextInt64(1L << 48):x12}";

    private static string Word(Random random) => random.Next(6) switch
    {
        0 => "customer_id",
        1 => "orders",
        2 => "total_amount",
        3 => $"shard_{random.Next(20)}",
        4 => "created_at",
        _ => "payments",
    };

    private static string Of(Random random, int length, string alphabet) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => alphabet[random.Next(alphabet.Length)]));

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static List<byte[]> Texts(int count, Func<string> text) => Texts(count, _ => text());

    private static List<byte[]> Texts(int count, Func<int, string> text) => [.. Enumerable.Range(0, count).Select(i => Encoding.UTF8.GetBytes(text(i)))];

    private static (byte[] Page, int Length) Write(List<byte[]> entries)
    {
        var writer = new DictionaryWriter(new SegmentBuffers());
        foreach (byte[] entry in entries)
        {
            writer.Add(entry, StableHash.Of(entry));
        }
        writer.Finish();
        byte[] bytes = Assert.Single(writer.Pages).Bytes.ToArray();
        return (bytes, bytes.Length - SegmentFormat.ChecksumLength);
    }

    private static byte FormOf(ReadOnlySpan<byte> page, int entries)
    {
        IntegerPage.Decode(ref page, new long[entries]);
        return page[0];
    }
}
