using System.Globalization;
using Clew.Core.Files;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Testing;
using Clew.Testing.Stores;

namespace Clew.Storage.Tests.Embedded;

/// <summary>
/// Stores of released format versions stay readable for ever. Samples/v1 was written by version 1 and is never written again; a new
/// version adds a directory of its own.
/// </summary>
public sealed class OldFormatTests
{
    private static string Samples { get; } = Path.Combine(AppContext.BaseDirectory, "Samples");

    /// <summary>Of version 1 with what a later release added without changing it: merged segments and deletion lists.</summary>
    [Fact]
    public async Task AMergedStoreWithDeletionsIsRead()
    {
        var files = await ReadAsync("v1-merged");
        Assert.Contains(files.Paths, path => path.EndsWith(".del", StringComparison.Ordinal));
        await using (var store = StoreProbe.Open(files))
        {
            Assert.Empty(store.GetStatistics().Problems);
            Assert.Equal(Expected(files), string.Join('\n', await StoreProbe.LinesAsync(store)) + "\n");
            Assert.Equal(1, store.GetStatistics().DeletedTraces);
        }
        files.Delete(Path.Combine(StoreProbe.Root, "MANIFEST"));
        await using var rebuilt = StoreProbe.Open(files);
        Assert.Equal(Expected(files), string.Join('\n', await StoreProbe.LinesAsync(rebuilt)) + "\n");
    }

    /// <summary>And with what closing derives, sampling thresholds, and a manifest that knows the last append.</summary>
    [Fact]
    public async Task AStoreWithDerivedValuesIsRead()
    {
        var files = await ReadAsync("v1-derived");
        await using var store = StoreProbe.Open(files);
        Assert.Empty(store.GetStatistics().Problems);
        Assert.Equal(new AppendId(3), store.LastAppend);
        Assert.Equal(Expected(files), await DescribeAsync(store));
    }

    /// <summary>Of version 2, with dictionaries in each of its forms.</summary>
    [Fact]
    public async Task AStoreWithIdsAsNumbersIsRead()
    {
        var files = await ReadAsync("v2");
        await using var store = StoreProbe.Open(files);
        Assert.Empty(store.GetStatistics().Problems);
        Assert.Equal(Expected(files), string.Join('\n', await StoreProbe.LinesAsync(store)) + "\n");
        var model = new InMemorySpanStore();
        await model.AppendAsync(StoreProbe.Tenant, Orders(), default);
        Assert.Equal(await StoreProbe.LinesAsync(model), await StoreProbe.LinesAsync(store));
        foreach (int order in new[] { 0, 77, 399 })
        {
            var id = new Comparison(FieldReference.Attribute("order.id"), ComparisonOperator.EqualText, AttributeValue.Of(OrderId(order)));
            Assert.Equal(await StoreProbe.SearchAsync(model, id), await StoreProbe.SearchAsync(store, id));
        }
    }

    [Theory]
    [InlineData("v1")]
    public async Task AStoreOfThatVersionIsRead(string version)
    {
        var files = await ReadAsync(version);
        await using var store = StoreProbe.Open(files);
        Assert.Empty(store.GetStatistics().Problems);
        Assert.Equal(Expected(files), string.Join('\n', await StoreProbe.LinesAsync(store)) + "\n");
        Assert.True(store.GetStatistics().Spans > 300);

        // The engine of today agrees with the model on the data of then.
        var model = new InMemorySpanStore();
        await model.AppendAsync(StoreProbe.Tenant, Traces(), default);
        var requests = new ScanRequests(new Random(1), StoreProbe.Now);
        for (int i = 0; i < 50; i++)
        {
            var predicates = requests.Predicates();
            Assert.Equal((await StoreProbe.SearchAsync(model, [.. predicates])).Distinct(), (await StoreProbe.SearchAsync(store, [.. predicates])).Distinct());
        }
    }

    /// <summary>Run by hand when a version is released: CLEW_SAMPLES names the directory to write.</summary>
    [Fact(Explicit = true)]
    public async Task WriteSamples()
    {
        string directory = Environment.GetEnvironmentVariable("CLEW_SAMPLES") ?? throw new InvalidOperationException("CLEW_SAMPLES is not set.");
        await using var store = Storage.Embedded.EmbeddedSpanStore.Open(
            new Storage.Embedded.EmbeddedStoreOptions { Directory = directory, GroupRows = 64 },
            DiskFileLayer.Instance,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<Storage.Embedded.EmbeddedSpanStore>.Instance);
        await store.AppendAsync(StoreProbe.Tenant, Traces(), default);
        await File.WriteAllTextAsync(Path.Combine(directory, "expected.txt"), string.Join('\n', await StoreProbe.LinesAsync(store)) + "\n");
    }

    /// <summary>The same for what merges and deletions write.</summary>
    [Fact(Explicit = true)]
    public async Task WriteMergedSamples()
    {
        string directory = Environment.GetEnvironmentVariable("CLEW_SAMPLES") ?? throw new InvalidOperationException("CLEW_SAMPLES is not set.");
        await using var store = Storage.Embedded.EmbeddedSpanStore.Open(
            new Storage.Embedded.EmbeddedStoreOptions { Directory = directory, GroupRows = 64, MergeFanIn = 2, QuietTime = TimeSpan.Zero },
            DiskFileLayer.Instance,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<Storage.Embedded.EmbeddedSpanStore>.Instance,
            arranger: new TreeArranger());
        for (int i = 0; i < 3; i++)
        {
            await store.AppendAsync(StoreProbe.Tenant, Compaction.MergeTests.OneDay(i), default);
        }
        await store.MaintainAsync(default);
        await store.DeleteTracesAsync(StoreProbe.Tenant, [new Core.Model.TraceId(0, 3)], default);
        await File.WriteAllTextAsync(Path.Combine(directory, "expected.txt"), string.Join('\n', await StoreProbe.LinesAsync(store)) + "\n");
    }

    /// <summary>The same for what closing derives and sampling leaves.</summary>
    [Fact(Explicit = true)]
    public async Task WriteDerivedSamples()
    {
        string directory = Environment.GetEnvironmentVariable("CLEW_SAMPLES") ?? throw new InvalidOperationException("CLEW_SAMPLES is not set.");
        await using var store = Storage.Embedded.EmbeddedSpanStore.Open(
            new Storage.Embedded.EmbeddedStoreOptions { Directory = directory, GroupRows = 64, MergeFanIn = 2, QuietTime = TimeSpan.Zero },
            DiskFileLayer.Instance,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<Storage.Embedded.EmbeddedSpanStore>.Instance,
            arranger: new TreeArranger());
        for (int i = 0; i < 3; i++)
        {
            var traces = Compaction.MergeTests.OneDay(i);
            for (int row = 0; row < traces.Spans.Count; row += 3)
            {
                traces.Spans.Spans.SetThreshold(row, new SamplingThreshold(0xE000_0000_0000_00));
            }
            await store.AppendAsync(StoreProbe.Tenant, traces, new AppendId(i + 1), default);
        }
        await store.MaintainAsync(default);
        await File.WriteAllTextAsync(Path.Combine(directory, "expected.txt"), await DescribeAsync(store));
    }

    /// <summary>The same for dictionaries as version 2 writes them.</summary>
    [Fact(Explicit = true)]
    public async Task WriteDictionarySamples()
    {
        string directory = Environment.GetEnvironmentVariable("CLEW_SAMPLES") ?? throw new InvalidOperationException("CLEW_SAMPLES is not set.");
        await using var store = Storage.Embedded.EmbeddedSpanStore.Open(
            new Storage.Embedded.EmbeddedStoreOptions { Directory = directory, GroupRows = 64 },
            DiskFileLayer.Instance,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<Storage.Embedded.EmbeddedSpanStore>.Instance);
        await store.AppendAsync(StoreProbe.Tenant, Orders(), default);
        await File.WriteAllTextAsync(Path.Combine(directory, "expected.txt"), string.Join('\n', await StoreProbe.LinesAsync(store)) + "\n");
    }

    /// <summary>400 spans of 40 traces, each with an id of its own and a long text; never to be changed.</summary>
    private static Clew.Core.Columns.TraceBatch Orders()
    {
        var spans = new SpanBatchBuilder();
        for (int i = 0; i < 400; i++)
        {
            spans.Span(
                (ulong)(i / 10), (ulong)i + 1, parent: i % 10 == 0 ? 0 : (ulong)(i - (i % 10)) + 1, name: $"step {i % 10}",
                start: StoreProbe.Now + (ulong)(i * 1000), end: StoreProbe.Now + (ulong)((i * 1000) + 900),
                attributes:
                [
                    ("order.id", OrderId(i)),
                    ("statement", $"SELECT item, price, quantity FROM orders_{i % 7} WHERE customer = {i * 31} AND state = 'open' ORDER BY created"),
                    ("note", i % 50 == 0 ? "none" : $"n{i}"),
                ]);
        }
        return TraceBatches.Of(spans.Batch, selfTimes: true);
    }

    private static string OrderId(int i) => string.Create(CultureInfo.InvariantCulture, $"ord-{(ulong)(i + 1) * 0x9E3779B97F4A7C15 >> 16:x12}");

    private static async Task<string> DescribeAsync(Storage.Embedded.EmbeddedSpanStore store)
    {
        var request = new SpanAggregation
        {
            Tenant = StoreProbe.Tenant,
            Range = TimeRange.All,
            GroupBy = [FieldReference.Of(SpanField.ServiceName)],
            Measures = [Measure.Count, Measure.AdjustedCount],
        };
        var result = new AggregateResult(request, 1000);
        using var snapshot = store.Snapshot();
        await snapshot.AggregateAsync(result, default);
        var sums = result.Groups.Select(static group => string.Create(CultureInfo.InvariantCulture, $"{group.Value[0]} stand for {group.Value[1]}")).Order(StringComparer.Ordinal);
        return string.Join('\n', [.. await StoreProbe.LinesAsync(store), .. sums]) + "\n";
    }

    private static async Task<MemoryFileLayer> ReadAsync(string version)
    {
        var files = new MemoryFileLayer();
        string sample = Path.Combine(Samples, version);
        foreach (string path in Directory.GetFiles(sample, "*", SearchOption.AllDirectories))
        {
            string inStore = Path.Combine(StoreProbe.Root, Path.GetRelativePath(sample, path));
            files.CreateDirectory(Path.GetDirectoryName(inStore)!);
            files[inStore] = await File.ReadAllBytesAsync(path);
        }
        return files;
    }

    private static string Expected(MemoryFileLayer files) =>
        System.Text.Encoding.UTF8.GetString(files[Path.Combine(StoreProbe.Root, "expected.txt")]);

    private static Clew.Core.Columns.TraceBatch Traces() =>
        TraceBatches.Of(new SpanGenerator(2026) { Now = StoreProbe.Now }.Batch(400, traces: 30), selfTimes: true);
}
