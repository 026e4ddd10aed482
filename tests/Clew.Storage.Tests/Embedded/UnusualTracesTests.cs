using System.Text;
using Clew.Core.Files;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;
using Clew.Testing;
using Clew.Testing.Stores;

namespace Clew.Storage.Tests.Embedded;

/// <summary>Many keys, large values, many traces under one id, derived values.</summary>
public sealed class UnusualTracesTests
{
    [Fact]
    public async Task TenThousandKeysShareTheCatchAll()
    {
        var builder = new SpanBatchBuilder();
        for (int i = 0; i < 10_000; i++)
        {
            builder.Span((ulong)(i / 10) + 1, (ulong)i + 1, start: StoreProbe.Now, end: StoreProbe.Now + 5, attributes: [($"key.{i}", $"value {i}"), ("common", i % 3)]);
        }
        var files = new MemoryFileLayer();
        await using var store = StoreProbe.Open(files, groupRows: 4096);
        await store.AppendAsync(StoreProbe.Tenant, TraceBatches.Of(builder.Batch), default);
        using var reader = Reader(files);
        Assert.InRange(reader.Directory.Columns.Count, 20, 60);
        Assert.InRange(store.GetStatistics().Bytes, 30_000, 150_000);
        foreach (int i in new[] { 0, 777, 9_999 })
        {
            var hits = await StoreProbe.SearchAsync(store, Equal($"key.{i}", $"value {i}"));
            Assert.Equal((ulong)(i / 10) + 1, Assert.Single(hits).TraceId.Low);
            Assert.Empty(await StoreProbe.SearchAsync(store, Equal($"key.{i}", "value")));
        }
        Assert.Equal(SpanText.Sorted(builder.Batch), await StoreProbe.LinesAsync(store, 1001));
    }

    [Fact]
    public async Task LargeValuesAndKeysAreKept()
    {
        string key = new('k', 100_000);
        string value = string.Concat(Enumerable.Range(0, 200_000).Select(i => $"{i:x} "));
        var builder = new SpanBatchBuilder();
        builder.Span(1, 1, attributes: [(key, value), ("blob", new byte[1 << 20]), (key, value + "!")]);
        builder.Span(1, 2, parent: 1, attributes: [(key, "")]);
        var files = new MemoryFileLayer();
        await using var store = StoreProbe.Open(files);
        await store.AppendAsync(StoreProbe.Tenant, TraceBatches.Of(builder.Batch), default);
        Assert.Equal(SpanText.Sorted(builder.Batch), await StoreProbe.LinesAsync(store, 2));
        Assert.Single(await StoreProbe.SearchAsync(store, Equal(key, value + "!")));
    }

    [Fact]
    public async Task ATraceOfManyGroupsHasItsParents()
    {
        var builder = new SpanBatchBuilder();
        for (ulong i = 1; i <= 500; i++)
        {
            builder.Span(1, i, parent: i / 3, name: $"op {i % 7}", start: StoreProbe.Now + i, end: StoreProbe.Now + 1000 - i);
        }
        builder.Span(1, 900, parent: 12345, name: "orphan", start: StoreProbe.Now, end: StoreProbe.Now);
        await using var store = StoreProbe.Open(new MemoryFileLayer(), groupRows: 16);
        await store.AppendAsync(StoreProbe.Tenant, TraceBatches.Of(builder.Batch), default);
        Assert.Equal(SpanText.Sorted(builder.Batch), await StoreProbe.LinesAsync(store, 2));
    }

    [Fact]
    public async Task SelfTimesAreAColumn()
    {
        var batch = StoreProbe.Traces(5, 50);
        var files = new MemoryFileLayer();
        await using var store = StoreProbe.Open(files);
        await store.AppendAsync(StoreProbe.Tenant, batch, default);
        var expected = Enumerable.Range(0, batch.Spans.Count).Select(row => (batch.Spans.Spans.SpanIds[row].Value, batch.SelfTimes[row])).Order();
        var actual = new List<(ulong, ulong)>();
        foreach (string path in files.Paths.Where(path => path.EndsWith(".seg", StringComparison.Ordinal)))
        {
            using var reader = Reader(files, path);
            var group = RowGroup.OfSpans(reader);
            for (int i = 0; i < group.Count; i++)
            {
                group.MoveTo(i);
                for (int row = 0; row < group.Rows; row++)
                {
                    ulong covered = (ulong)group.Values(ColumnRole.CoveredTime)[row];
                    ulong start = (ulong)group.Values(ColumnRole.Start)[row];
                    ulong end = start + (ulong)group.Values(ColumnRole.Duration)[row];
                    actual.Add(((ulong)group.Values(ColumnRole.SpanId)[row], (end > start ? end - start : 0) - covered));
                }
            }
        }
        Assert.Equal(expected, actual.Order());
    }

    [Fact]
    public async Task WritersAndReadersAtOnce()
    {
        await using var store = StoreProbe.Open(new MemoryFileLayer(), openSegments: 3);
        using var done = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            double last = 0;
            while (!done.IsCancellationRequested)
            {
                var count = await StoreProbe.CountAsync(store);
                double now = count.Groups.Values.Select(figures => figures[0]).SingleOrDefault();
                Assert.True(now >= last && now % 20 == 0, $"{now} spans after {last}: an append is visible in part");
                last = now;
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (int i = 0; i < 10; i++)
            {
                await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces((writer * 100) + i, 20), default);
            }
        })));
        await done.CancelAsync();
        await reading;
        Assert.Equal(800, (await StoreProbe.CountAsync(store)).Groups.Values.Single()[0]);
        Assert.Empty(store.GetStatistics().Problems);
    }

    private static Comparison Equal(string key, string value) =>
        new(FieldReference.Attribute(key), ComparisonOperator.EqualText, AttributeValue.Of(AttributeType.String, Encoding.UTF8.GetBytes(value)));

    private static SegmentReader Reader(MemoryFileLayer files, string? path = null)
    {
        var file = files.Open(path ?? files.Paths.Single(name => name.EndsWith(".seg", StringComparison.Ordinal)), DataFileMode.Read);
        return new SegmentReader(1, file, SegmentDirectory.Read(file), new PageCache(1 << 20));
    }
}
