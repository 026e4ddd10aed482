using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Ingest.Head;
using Clew.Ingest.Pipeline;
using Clew.Query;
using Clew.Query.Search;
using Clew.Query.Tests.Support;
using Clew.Storage;
using Clew.Storage.Embedded;
using Clew.Testing;
using Clew.Testing.Files;
using Clew.Testing.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clew.Server.Tests.Api.Engine;

/// <summary>The planner over the sources that the server hands it.</summary>
public sealed class HeadAndStoreTests
{
    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public async Task Pages_over_the_head_and_the_store_equal_one_list_of_all_spans(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 8; round++)
        {
            var head = new SpanHead(new PipelineOptions(), new ManualTimeProvider());
            await using var store = EmbeddedSpanStore.Open(
                new EmbeddedStoreOptions { Directory = "/data" }, new FaultyFileLayer(seed), NullLogger<EmbeddedSpanStore>.Instance);
            var all = new MemorySpanSource();
            var generator = new SpanGenerator(random.Next());
            for (int i = 0; i < 6; i++)
            {
                var batch = generator.Batch(random.Next(1, 60), random.Next(1, 12), (ulong)random.Next(1, 12));
                if (random.Next(3) == 0)
                {
                    Tie(random, batch);
                }
                all.AddAll(batch);
                // To the head, to the store, or on its way from one to the other.
                int where = random.Next(3);
                if (where != 1)
                {
                    head.Add(Tenant.Default, batch, default);
                }
                if (where != 0)
                {
                    await store.AppendAsync(Tenant.Default, TraceBatches.Of(batch, i == 0 ? TraceFlags.None : TraceFlags.Late), CancellationToken.None);
                }
            }
            using var engine = Queries.Engine([head, store]);
            foreach (var predicates in Conditions)
            {
                var query = new TraceQuery { Predicates = predicates, Limit = random.Next(1, 6) };
                Assert.Equal(SlowModel.Search([all], TimeRange.All, predicates), await engine.AllPages(query));
            }
            foreach (var trace in all.Parts.GroupBy(p => p.TraceId))
            {
                var expected = trace.SelectMany(p => p.Rows.Select(r => SpanText.Line(p.Batch, r))).Distinct().Order(StringComparer.Ordinal);
                var read = await engine.ReadTraceAsync(Queries.Scope, trace.Key, CancellationToken.None);
                Assert.Equal(expected, SpanText.Sorted(read!.Spans));
            }
        }
    }

    private static IReadOnlyList<SpanPredicate>[] Conditions =>
    [
        [],
        [Queries.Service("pricing")],
        [Queries.Attribute("exception.type", "Timeout"), Queries.MinDuration(1_000_000)],
        [new AnyOf([Queries.Service("order"), Queries.Attribute("flag", "true")])],
    ];

    private static void Tie(Random random, SpanBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            batch.Spans.StartTimes[i] = SharedStart + (ulong)random.Next(5);
            batch.Spans.EndTimes[i] = batch.Spans.StartTimes[i] + (ulong)random.Next(5);
        }
    }

    private const ulong SharedStart = Support.SharedTraces.Start;
}
