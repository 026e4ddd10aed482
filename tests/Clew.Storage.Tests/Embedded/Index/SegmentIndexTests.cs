using System.Globalization;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded;
using Clew.Testing;
using Clew.Testing.Stores;

namespace Clew.Storage.Tests.Embedded.Index;

/// <summary>The index over segments changes what is read, never what is answered: beside a store without one, whatever happens to both.</summary>
public sealed class SegmentIndexTests
{
    private static readonly string[] Keys = ["user.id", "http.request.method", "http.response.status_code", "n", "flag", "rare.7", "service.name", "exception.type", "link.kind"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task AnswersEqualThoseOfEverySegment(int seed)
    {
        await using var pair = new StorePair(indexBytes: seed == 6 ? 2_000 : 64 << 20);
        var random = new Random(seed);
        for (int step = 0; step < 30; step++)
        {
            switch (random.Next(6))
            {
                case 5:
                    await pair.RestartAsync(random);
                    break;
                case 0 or 1:
                    await pair.AppendAsync(StoreProbe.Traces(random.Next(), 40 + random.Next(80), (ulong)random.Next(1, 30)));
                    break;
                case 2:
                    await pair.MaintainAsync(); // merges, and makes filters
                    break;
                case 3:
                    await pair.DeleteAsync(new TraceId(0, (ulong)random.Next(1, 40)));
                    break;
                default:
                    await pair.IndexAsync();
                    break;
            }
            await pair.CompareAsync(random);
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task WhatDamageHidesIsMissingAndNothingElse(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 20; round++)
        {
            await using var pair = new StorePair();
            for (int i = 0; i < 6; i++)
            {
                await pair.AppendAsync(StoreProbe.Traces(random.Next(), 60, (ulong)(1 + (i * 6))));
            }
            var whole = await pair.LinesOfCopyAsync(); // a copy: what has been read is not read again
            bool before = random.Next(2) == 0;
            if (before)
            {
                await pair.IndexAsync();
            }
            pair.FlipOneByte(random);
            if (!before)
            {
                await pair.IndexAsync();
            }
            var indexed = await StoreProbe.LinesAsync(pair.Indexed);
            await StoreProbe.LinesAsync(pair.Plain); // what it runs into on its way is known from then on
            var plain = await StoreProbe.LinesAsync(pair.Plain);
            Assert.Empty(indexed.Except(whole));
            Assert.Empty(plain.Except(indexed)); // what the index spares cannot be found to be damaged
            foreach (var predicate in pair.Predicates(random, 6))
            {
                var sparing = await StoreProbe.SearchAsync(pair.Indexed, predicate);
                Assert.Empty((await StoreProbe.SearchAsync(pair.Plain, predicate)).Except(sparing));
            }
        }
    }

    [Fact]
    public async Task ATraceIsAskedOfNoOtherSegment()
    {
        var files = new MemoryFileLayer();
        await using var store = StoreProbe.Open(files);
        for (int i = 0; i < 20; i++)
        {
            await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(i, 80, (ulong)(1 + (i * 10))), default);
        }
        await store.MaintainAsync(default);
        var read = new HashSet<string>();
        files.BeforeRead = (path, _) => read.Add(path);
        using (var snapshot = store.Snapshot())
        {
            var copier = new Clew.Core.Columns.SpanBatchCopier(new Clew.Core.Columns.SpanBatch());
            Assert.NotNull(await snapshot.ReadTraceAsync(StoreProbe.Tenant, new TraceId(0, 41), copier, default));
            Assert.Null(await snapshot.ReadTraceAsync(StoreProbe.Tenant, new TraceId(0, 9_999), copier, default));
        }
        Assert.InRange(read.Count, 1, 3); // its own; one in a thousand others by mistake
    }

    [Fact]
    public async Task AValueIsSoughtOnlyWhereItIs()
    {
        var files = new MemoryFileLayer();
        await using var store = StoreProbe.Open(files);
        for (int i = 0; i < 20; i++)
        {
            var builder = new SpanBatchBuilder();
            for (ulong span = 1; span <= (i % 2 == 0 ? 1UL : 20UL); span++)
            {
                // Of one span: in the catch-all; of twenty: in columns.
                builder.Span((ulong)(i + 1), span, start: (ulong)i * 1000, end: (ulong)(i * 1000) + 1, attributes: [("order.id", $"order {i}"), ("number", 1000L + i)]);
            }
            await store.AppendAsync(StoreProbe.Tenant, TraceBatches.Of(builder.Batch, selfTimes: true), default);
        }
        foreach (var predicate in (Comparison[])[Equal("order.id", AttributeValue.Of("order 7")), Equal("number", AttributeValue.Of(1007L)), EqualText("number", "1007")])
        {
            var first = await StoreProbe.SearchAsync(store, predicate);
            await store.MaintainAsync(default);
            var read = new HashSet<string>();
            files.BeforeRead = (path, _) => read.Add(path);
            Assert.Equal(first, await StoreProbe.SearchAsync(store, predicate));
            files.BeforeRead = null;
            Assert.Single(first);
            Assert.InRange(read.Count, 0, 3);
        }
        using var snapshot = store.Snapshot();
        await foreach (var hit in snapshot.FindTracesAsync(
            new TraceSearch { Tenant = StoreProbe.Tenant, Range = TimeRange.All, Predicates = [Equal("order.id", AttributeValue.Of("order 7"))] }, default))
        {
            Assert.Equal(new TraceId(0, 8), hit.Position.TraceId);
        }
        Assert.InRange(snapshot.Counters.SegmentsScanned, 1, 2);
        Assert.Equal(20, snapshot.Counters.SegmentsScanned + snapshot.Counters.SegmentsSkipped);
    }

    [Fact]
    public async Task PartnersThatNeverMeetAreSoughtNowhere()
    {
        var files = new MemoryFileLayer();
        await using var store = StoreProbe.Open(files);
        for (int i = 0; i < 20; i++)
        {
            var builder = new SpanBatchBuilder();
            for (ulong span = 1; span <= 20; span++)
            {
                // Every name and every status is in every segment; "pay" fails in one of them alone.
                bool fails = i == 7 ? span % 2 == 0 : span % 4 == 0;
                builder.Span((ulong)(i + 1), span, end: i == 11 ? 50_000_000UL : 1_000_000, name: span % 2 == 0 && (i == 7 || !fails) ? "pay" : "look", service: "shop", attributes: [("status", fails ? 503L : 200L)]);
            }
            await store.AppendAsync(StoreProbe.Tenant, TraceBatches.Of(builder.Batch, selfTimes: true), default);
        }
        await CheckAsync(Of(SpanField.Name, "pay"), 503, 1);
        await CheckAsync(Of(SpanField.Name, "pay"), 200, 19);
        await CheckAsync(Of(SpanField.Name, "look"), 503, 19);
        await CheckAsync(Of(SpanField.ServiceName, "shop"), 503, 20);
        await CheckAsync(Of(SpanField.ServiceName, "shop"), 404, 0);
        await CheckAsync(Of(SpanField.Name, "pay"), 503, 1, Of(SpanField.ServiceName, "shop"));
        await CheckAsync(Of(SpanField.Name, "pay"), 200, 1, new Comparison(FieldReference.Of(SpanField.Duration), ComparisonOperator.Greater, AttributeValue.Of(20_000_000L)));
        await CheckAsync(Of(SpanField.Name, "pay"), 503, 0, new Comparison(FieldReference.Of(SpanField.Duration), ComparisonOperator.Greater, AttributeValue.Of(20_000_000L)));

        async Task CheckAsync(Comparison partner, int status, int segments, params Comparison[] more)
        {
            var first = await StoreProbe.SearchAsync(store, [partner, EqualText("status", $"{status}"), .. more]);
            await store.IndexAsync(default);
            Assert.Equal(first, await StoreProbe.SearchAsync(store, [.. more, EqualText("status", $"{status}"), partner]));
            Assert.Equal(segments, first.Count);
            using var snapshot = store.Snapshot();
            await foreach (var hit in snapshot.FindTracesAsync(
                new TraceSearch { Tenant = StoreProbe.Tenant, Range = TimeRange.All, Predicates = [partner, EqualText("status", $"{status}"), .. more] }, default))
            {
                Assert.NotEqual(default, hit);
            }
            Assert.InRange(snapshot.Counters.SegmentsScanned, segments, segments + 1);
        }
    }

    [Fact]
    public async Task IsThereAfterARestartAndKeepsUp()
    {
        var files = new MemoryFileLayer();
        await using (var store = StoreProbe.Open(files))
        {
            await AppendOrdersAsync(store, 0, 20);
            await StoreProbe.SearchAsync(store, Equal("order.id", AttributeValue.Of("order 7")));
            await store.IndexAsync(default);
        }
        await using var restarted = StoreProbe.Open(files);
        long bytes = restarted.GetStatistics().IndexBytes;
        Assert.True(bytes > 0);
        Assert.Equal(1, await ReadForAsync("order 7"));
        Assert.Equal(0, await ReadForAsync("no order"));

        await AppendOrdersAsync(restarted, 20, 25);
        await restarted.IndexAsync(default); // nobody has asked for one of the new ones
        Assert.True(restarted.GetStatistics().IndexBytes > bytes);
        Assert.Equal(1, await ReadForAsync("order 22"));

        async Task<int> ReadForAsync(string order)
        {
            var read = new HashSet<string>();
            files.BeforeRead = (path, _) => read.Add(path);
            var found = await StoreProbe.SearchAsync(restarted, Equal("order.id", AttributeValue.Of(order)));
            files.BeforeRead = null;
            Assert.Equal(order.StartsWith("order", StringComparison.Ordinal) ? 1 : 0, found.Count);
            return read.Count;
        }
    }

    [Fact]
    public async Task TheFileOfAnotherStoreWithTheSameNumbersSaysNothing()
    {
        var files = new MemoryFileLayer();
        await using (var store = StoreProbe.Open(files))
        {
            await AppendOrdersAsync(store, 0, 5);
            await StoreProbe.SearchAsync(store, Equal("order.id", AttributeValue.Of("order 7")));
            await store.IndexAsync(default);
        }
        var others = new MemoryFileLayer();
        await using (var other = StoreProbe.Open(others))
        {
            await AppendOrdersAsync(other, 5, 10);
        }
        others[StoreProbe.Root + "/INDEX"] = files[StoreProbe.Root + "/INDEX"];
        await using var mixed = StoreProbe.Open(others);
        Assert.Equal(0, mixed.GetStatistics().IndexBytes);
        Assert.Single(await StoreProbe.SearchAsync(mixed, Equal("order.id", AttributeValue.Of("order 7"))));
    }

    [Fact]
    public async Task AStoreThatCannotLeaveItsIndexClosesAllTheSame()
    {
        var files = new MemoryFileLayer();
        await using (var store = StoreProbe.Open(files))
        {
            await AppendOrdersAsync(store, 0, 5);
            await store.IndexAsync(default);
            files.BeforeChange = _ => throw new IOException("No space left on device");
        }
        files.BeforeChange = null;
        await using var restarted = StoreProbe.Open(files);
        Assert.Equal(0, restarted.GetStatistics().IndexBytes);
        Assert.Single(await StoreProbe.SearchAsync(restarted, Equal("order.id", AttributeValue.Of("order 3"))));
    }

    private static async Task AppendOrdersAsync(EmbeddedSpanStore store, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            var builder = new SpanBatchBuilder();
            for (ulong span = 1; span <= 20; span++)
            {
                builder.Span((ulong)(i + 1), span, start: (ulong)i * 1000, end: (ulong)(i * 1000) + 1, attributes: [("order.id", $"order {i}"), ("number", 1000L + i)]);
            }
            await store.AppendAsync(StoreProbe.Tenant, TraceBatches.Of(builder.Batch, selfTimes: true), default);
        }
    }

    private static Comparison Slow(Random random) => new(
        FieldReference.Of(SpanField.Duration),
        ((ComparisonOperator[])[ComparisonOperator.Greater, ComparisonOperator.GreaterOrEqual, ComparisonOperator.Equal, ComparisonOperator.Less])[random.Next(4)],
        AttributeValue.Of(random.NextInt64(1L << random.Next(15, 45))));

    private static Comparison Of(SpanField field, string value) => new(FieldReference.Of(field), ComparisonOperator.Equal, AttributeValue.Of(value));

    private static Comparison Equal(string key, AttributeValue value) => new(FieldReference.Attribute(key), ComparisonOperator.Equal, value);

    private static Comparison EqualText(string key, string value) =>
        new(FieldReference.Attribute(key), ComparisonOperator.EqualText, AttributeValue.Of(value));

    /// <summary>Two stores to which the same happens, one with an index.</summary>
    private sealed class StorePair(long indexBytes = 64 << 20) : IAsyncDisposable
    {
        private readonly MemoryFileLayer indexedFiles = new();
        private readonly MemoryFileLayer plainFiles = new();

        public EmbeddedSpanStore Indexed
        {
            get => field ??= StoreProbe.OpenMerging(indexedFiles, options => options with { IndexBytes = indexBytes, MergedSpans = 400 });
            private set;
        }

        public EmbeddedSpanStore Plain => field ??= StoreProbe.OpenMerging(plainFiles, options => options with { IndexBytes = 0, MergedSpans = 400 });

        public async Task AppendAsync(Clew.Core.Columns.TraceBatch traces)
        {
            await Indexed.AppendAsync(StoreProbe.Tenant, traces, default);
            await Plain.AppendAsync(StoreProbe.Tenant, traces, default);
        }

        public async Task MaintainAsync()
        {
            await Indexed.MaintainAsync(default);
            await Plain.MaintainAsync(default);
        }

        public async Task DeleteAsync(TraceId trace) =>
            Assert.Equal(await Plain.DeleteTracesAsync(StoreProbe.Tenant, [trace], default), await Indexed.DeleteTracesAsync(StoreProbe.Tenant, [trace], default));

        /// <summary>Makes filters of some fields, without merging.</summary>
        public async Task IndexAsync()
        {
            foreach (string key in Keys)
            {
                await StoreProbe.SearchAsync(Indexed, EqualText(key, "nobody"));
            }
            await Indexed.IndexAsync(default);
        }

        /// <summary>Closes and opens the store with an index, whose file is sometimes damaged or gone meanwhile.</summary>
        public async Task RestartAsync(Random random)
        {
            const string Index = StoreProbe.Root + "/INDEX";
            await Indexed.DisposeAsync();
            if (random.Next(2) == 0 && indexedFiles.Paths.Contains(Index))
            {
                byte[] bytes = indexedFiles[Index];
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                indexedFiles[Index] = random.Next(3) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
            }
            Indexed = null!;
        }

        public async Task<List<string>> LinesOfCopyAsync()
        {
            await using var copy = StoreProbe.Open(plainFiles.Copy());
            return await StoreProbe.LinesAsync(copy);
        }

        public void FlipOneByte(Random random)
        {
            string[] paths = [.. indexedFiles.Paths.Where(path => path.EndsWith(".seg", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
            string path = paths[random.Next(paths.Length)];
            int at = random.Next(indexedFiles[path].Length);
            byte bit = (byte)(1 << random.Next(8));
            foreach (var files in (MemoryFileLayer[])[indexedFiles, plainFiles])
            {
                files[path][at] ^= bit;
            }
        }

        public IEnumerable<SpanPredicate[]> Predicates(Random random, int count)
        {
            var requests = new ScanRequests(random, StoreProbe.Now);
            for (int i = 0; i < count; i++)
            {
                yield return [.. requests.Predicates()];
                string text = random.Next(3) switch
                {
                    0 => string.Create(CultureInfo.InvariantCulture, $"{random.Next(300)}"),
                    1 => string.Create(CultureInfo.InvariantCulture, $"user {random.Next(50)}"),
                    _ => ((string[])["GET", "POST", "5.0", "1e2", "true", "Timeout", "value 3", "storefront"])[random.Next(8)],
                };
                yield return [EqualText(Keys[random.Next(Keys.Length)], text)];
                yield return [new Comparison(FieldReference.Of(SpanField.ServiceName), ComparisonOperator.Equal, AttributeValue.Of(text))];
                var partner = random.Next(2) == 0
                    ? Of(SpanField.Name, ((string[])["GET /", "POST /checkout", "SELECT", "publish", ""])[random.Next(5)])
                    : Of(SpanField.ServiceName, ((string[])["storefront", "pricing", "order"])[random.Next(3)]);
                yield return [partner, EqualText(Keys[random.Next(Keys.Length)], text)];
                yield return [EqualText(Keys[random.Next(Keys.Length)], text), partner, Equal("n", AttributeValue.Of((long)random.Next(5)))];
                yield return [Of(SpanField.ServiceName, ((string[])["storefront", "pricing", "order", ""])[random.Next(4)]), partner, Slow(random), EqualText(Keys[random.Next(Keys.Length)], text)];
            }
        }

        public async Task CompareAsync(Random random)
        {
            Assert.Equal(await StoreProbe.LinesAsync(Plain), await StoreProbe.LinesAsync(Indexed));
            foreach (var predicates in Predicates(random, 4))
            {
                Assert.Equal(await StoreProbe.SearchAsync(Plain, predicates), await StoreProbe.SearchAsync(Indexed, predicates));
                var request = new SpanAggregation { Tenant = StoreProbe.Tenant, Range = TimeRange.All, Predicates = predicates, GroupBy = [FieldReference.Of(SpanField.Name)] };
                Assert.Equal(await FiguresAsync(Plain, request), await FiguresAsync(Indexed, request));
            }
        }

        public async ValueTask DisposeAsync()
        {
            await Indexed.DisposeAsync();
            await Plain.DisposeAsync();
        }

        private static async Task<List<string>> FiguresAsync(EmbeddedSpanStore store, SpanAggregation request)
        {
            using var snapshot = store.Snapshot();
            var result = new AggregateResult(request, 1000);
            await snapshot.AggregateAsync(result, default);
            return [.. result.Groups.Select(group => $"{group.Key.Values[0]}: {group.Value[0]}").Order(StringComparer.Ordinal)];
        }
    }
}
