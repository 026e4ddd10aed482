using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Query.Search;
using Clew.Query.Tests.Support;
using Clew.Testing;

namespace Clew.Query.Tests.Search;

public sealed class PagingWhileDataArriveTests
{
    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6)]
    public async Task No_trace_comes_twice_and_none_that_was_there_is_left_out(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 60; round++)
        {
            var head = new MemorySpanSource();
            var store = new MemorySpanSource();
            var world = new World(random, head, store);
            for (int i = 0; i < 40; i++)
            {
                world.Step();
            }
            using var engine = Queries.Engine([head, store]);
            SpanPredicate[] predicates = random.Next(2) == 0 ? [] : [Queries.Service("a")];
            var there = SlowModel.Search([head, store], TimeRange.All, predicates).Select(f => f.Position.TraceId).ToHashSet();

            var listed = new List<TraceId>();
            TraceCursor? next = null;
            do
            {
                var page = await engine.Page(new TraceQuery { Predicates = predicates, Limit = random.Next(1, 5), After = next });
                Assert.Equal(page.Traces.Select(t => t.Position).Order(), page.Traces.Select(t => t.Position));
                listed.AddRange(page.Traces.Select(t => t.Position.TraceId));
                next = Queries.Travel(page.Next);
                for (int i = random.Next(6); i > 0; i--)
                {
                    world.Step();
                }
            }
            while (next is not null);

            Assert.Equal(listed.Distinct().Count(), listed.Count);
            Assert.Empty(there.Except(listed));
        }
    }

    /// <summary>A head and a store whose traces grow in both directions of time, move, and get late parts.</summary>
    private sealed class World(Random random, MemorySpanSource head, MemorySpanSource store)
    {
        private readonly HashSet<TraceId> stored = [];
        private ulong now = 100_000;
        private ulong spans;

        public void Step()
        {
            now += (ulong)random.Next(5);
            switch (random.Next(6))
            {
                case 0 or 1: // a new trace, or a span of one that may have begun long ago
                    Add((ulong)random.Next(1, 40), now - (ulong)random.Next(30));
                    break;
                case 2: // a parent ends: earlier than all its children
                    if (head.Parts.Count > 0)
                    {
                        Add(RandomSources.Pick(random, [.. head.Parts]).TraceId.Low, now - (ulong)random.Next(2000));
                    }
                    break;
                case 3: // a late span of a stored trace
                    if (stored.Count > 0)
                    {
                        Add(RandomSources.Pick(random, [.. stored]).Low, now - (ulong)random.Next(2000));
                    }
                    break;
                default: // the head closes a trace
                    if (head.Parts.Count > 0)
                    {
                        var part = RandomSources.Pick(random, [.. head.Parts]);
                        var flags = stored.Add(part.TraceId) ? TraceFlags.None : TraceFlags.Late;
                        store.Add(part.Batch, part.Rows, flags);
                        if (random.Next(4) != 0) // else it is visible in both for a while
                        {
                            head.Remove(part);
                        }
                    }
                    break;
            }
        }

        private void Add(ulong trace, ulong start)
        {
            var builder = new SpanBatchBuilder();
            var copier = new SpanBatchCopier(builder.Batch);
            var id = new TraceId(0, trace);
            var old = head.Parts.FirstOrDefault(p => p.TraceId == id);
            if (old is not null)
            {
                copier.Begin(old.Batch);
                foreach (int row in old.Rows)
                {
                    copier.Copy(row);
                }
                head.Remove(old);
            }
            builder.Span(trace, ++spans, service: random.Next(2) == 0 ? "a" : "b", start: start, end: start + 5);
            head.Add(builder.Batch, [.. Enumerable.Range(0, builder.Batch.Count)], TraceFlags.Open);
        }
    }
}
