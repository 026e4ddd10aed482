using System.Buffers;
using Clew.Core.Model;
using Clew.Core.Series;

namespace Clew.Core.Tests.Series;

public sealed class ExemplarsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TheSameSpansGiveTheSameWhateverTheOrderAndTheMerges(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 300; round++)
        {
            var spans = Enumerable.Range(0, random.Next(1, 30)).Select(_ => (Id: new TraceId(0, (ulong)random.Next(1, 12)), Duration: (ulong)random.Next(6))).ToArray();
            var whole = Of(spans);
            Assert.Equal(spans.Max(span => span.Duration), whole.Slow.Duration);
            random.Shuffle(spans);
            int cut = random.Next(spans.Length + 1);
            var merged = Of(spans.AsSpan(0, cut));
            merged.Merge(Of(spans.AsSpan(cut)));
            Assert.Equal((whole.Slow, whole.Typical), (merged.Slow, merged.Typical));
            Assert.Contains((merged.Typical.TraceId, merged.Typical.Duration), spans);
            Assert.Contains((merged.Slow.TraceId, merged.Slow.Duration), spans);
        }
    }

    [Fact]
    public void EveryTraceIsChosenAboutAsOftenAsTheOthers()
    {
        var chosen = new Dictionary<ulong, int>();
        var random = new Random(5);
        for (int round = 0; round < 20_000; round++)
        {
            var its = new Exemplars();
            ulong first = (ulong)random.NextInt64();
            for (ulong i = 0; i < 10; i++)
            {
                its.Offer(new TraceId(0, first + i), i);
            }
            chosen[its.Typical.Duration] = chosen.GetValueOrDefault(its.Typical.Duration) + 1;
        }
        Assert.All(Enumerable.Range(0, 10), i => Assert.InRange(chosen[(ulong)i], 1800, 2200));
    }

    [Fact]
    public void WhatIsWrittenIsRead()
    {
        var random = new Random(9);
        for (int round = 0; round < 200; round++)
        {
            var its = Of([.. Enumerable.Range(0, random.Next(4)).Select(_ => (new TraceId((ulong)random.NextInt64(), 7), (ulong)random.NextInt64()))]);
            var bytes = new ArrayBufferWriter<byte>();
            its.Write(bytes);
            Assert.Equal(its.IsEmpty, bytes.WrittenCount == 0);
            var from = bytes.WrittenSpan;
            var read = Exemplars.Read(ref from);
            Assert.True(from.IsEmpty);
            Assert.Equal((its.Slow, its.Typical), (read.Slow, read.Typical));
            if (bytes.WrittenCount > 1)
            {
                byte[] cut = bytes.WrittenSpan[..^1].ToArray();
                Assert.Throws<InvalidDataException>(() =>
                {
                    ReadOnlySpan<byte> span = cut;
                    Exemplars.Read(ref span);
                });
            }
        }
    }

    private static Exemplars Of(ReadOnlySpan<(TraceId Id, ulong Duration)> spans)
    {
        var its = new Exemplars();
        foreach (var (id, duration) in spans)
        {
            its.Offer(id, duration);
        }
        return its;
    }
}
