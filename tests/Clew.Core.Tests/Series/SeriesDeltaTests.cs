using System.Buffers;
using Clew.Core.Model;
using Clew.Core.Series;

namespace Clew.Core.Tests.Series;

/// <summary>Keys and deltas against dictionaries.</summary>
public sealed class SeriesDeltaTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void CellsAreThoseOfADictionaryHoweverOftenTheDeltaIsUsedAgain(int seed)
    {
        var random = new Random(seed);
        var delta = new SeriesDelta();
        var sketch = new LatencySketch();
        for (int round = 0; round < 30; round++)
        {
            delta.Clear();
            var expected = new Dictionary<(SeriesKey, ulong), List<(ulong Duration, bool Error)>>();
            int spans = random.Next(3) == 0 ? 30_000 : random.Next(1000);
            for (int i = 0; i < spans; i++)
            {
                // Equal keys that are different objects, and times from all over.
                var key = random.Next(2) == 0
                    ? SeriesKey.Red($"s{random.Next(50)}", $"op{random.Next(spans)}", (SpanKind)random.Next(6), (StatusCode)random.Next(3))
                    : SeriesKey.Edge($"s{random.Next(50)}", $"s{random.Next(50)}", (ConnectionType)random.Next(5), (EdgeView)random.Next(4));
                ulong step = SeriesDelta.StepOf(random.Next(10) == 0 ? (ulong)random.NextInt64() : 1_767_225_600_000_000_000 + (ulong)random.NextInt64(30_000_000_000));
                int cell = delta.CellOf(key, step);
                ulong duration = (ulong)random.NextInt64(1_000_000);
                bool isError = random.Next(2) == 0;
                if (random.Next(2) == 0)
                {
                    delta.Add(cell, duration, isError);
                }
                else
                {
                    sketch.Clear();
                    sketch.Add(duration);
                    delta.Add(cell, isError ? 1UL : 0, sketch);
                }
                if (!expected.TryGetValue((key, step), out var list))
                {
                    expected.Add((key, step), list = []);
                }
                list.Add((duration, isError));
            }
            Assert.Equal(expected.Count, delta.Count);
            for (int i = 0; i < delta.Count; i++)
            {
                var list = expected[(delta[i].Key, delta[i].Step)];
                Assert.Equal((ulong)list.Count, delta[i].Count);
                Assert.Equal((ulong)list.Count(span => span.Error), delta[i].Errors);
                Assert.Equal((ulong)list.Sum(span => (long)span.Duration), (ulong)delta[i].Durations.Sum);
            }
        }
    }

    [Fact]
    public void KeysAreReadAsTheyWereWritten()
    {
        SeriesKey[] keys =
        [
            SeriesKey.Red("", "GET /ünïcödé", SpanKind.Server, StatusCode.Error),
            SeriesKey.Red("storefront", "", SpanKind.Unspecified, StatusCode.Unset),
            SeriesKey.Edge("storefront", "postgresql/orders", ConnectionType.Database, EdgeView.ClientOnly),
            SeriesKey.Edge("a", "b", ConnectionType.Http, EdgeView.Server),
        ];
        var writer = new ArrayBufferWriter<byte>();
        foreach (var key in keys)
        {
            key.Write(writer);
        }
        ReadOnlySpan<byte> from = writer.WrittenSpan;
        foreach (var key in keys)
        {
            var read = SeriesKey.Read(ref from);
            Assert.Equal(key, read);
            Assert.Equal(key.GetHashCode(), read.GetHashCode());
        }
        Assert.True(from.IsEmpty, "bytes are left over");
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void BrokenKeysAreRefused()
    {
        var writer = new ArrayBufferWriter<byte>();
        SeriesKey.Edge("client", "server", ConnectionType.Rpc, EdgeView.Client).Write(writer);
        byte[] bytes = writer.WrittenSpan.ToArray();
        for (int length = 0; length < bytes.Length; length++)
        {
            byte[] cut = bytes[..length];
            Assert.Throws<InvalidDataException>(() =>
            {
                ReadOnlySpan<byte> from = cut;
                SeriesKey.Read(ref from);
            });
        }
        bytes[0] = 77;
        Assert.Throws<InvalidDataException>(() =>
        {
            ReadOnlySpan<byte> from = bytes;
            SeriesKey.Read(ref from);
        });
    }
}
