using Clew.Core.Model;
using Clew.Query.Catalog;
using Clew.Query.Tests.Support;
using Clew.Testing;

namespace Clew.Query.Tests.Execution;

/// <summary>A hand-over between two snapshots of one query: both sources show the spans, figures count them once.</summary>
public sealed class HandOverOnceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Spans_that_reach_the_store_between_the_snapshots_count_once(int triesUntilTheHeadKnows)
    {
        var spans = new SpanBatchBuilder();
        spans.Span(1, 1, service: "x");
        spans.Span(2, 2, service: "x");
        var head = new MemorySpanSource { HandedOn = 4 };
        var store = new MemorySpanSource { LastHandOver = 4 };
        head.AddAll(spans.Batch);
        int taken = 0;
        // The append is complete just before the store's first snapshot; the head forgets its spans some tries later.
        store.OnSnapshot = () =>
        {
            if (taken == 1)
            {
                store.AddAll(spans.Batch);
                store.LastHandOver = 5;
            }
        };
        head.OnSnapshot = () =>
        {
            if (taken++ == triesUntilTheHeadKnows)
            {
                head.Parts.ToList().ForEach(head.Remove);
                head.HandedOn = 5;
            }
        };
        using var engine = Queries.Engine([head, store], time: TimeProvider.System);
        var services = await new SpanCatalog(engine).ServicesAsync(Queries.Scope, TimeRange.All, CancellationToken.None);
        Assert.Equal([new("x", 2)], services.Entries);
        Assert.Equal(triesUntilTheHeadKnows + 1, taken);
        Assert.Equal((0, 0), (head.Open, store.Open));
    }

    [Fact]
    public async Task Sources_that_number_nothing_are_taken_as_they_are()
    {
        var spans = new SpanBatchBuilder();
        spans.Span(1, 1, service: "x");
        var head = new MemorySpanSource { HandedOn = null };
        var store = new MemorySpanSource { LastHandOver = 5 };
        head.AddAll(spans.Batch);
        int taken = 0;
        head.OnSnapshot = () => taken++;
        using var engine = Queries.Engine([head, store], time: TimeProvider.System);
        var services = await new SpanCatalog(engine).ServicesAsync(Queries.Scope, TimeRange.All, CancellationToken.None);
        Assert.Equal([new("x", 1)], services.Entries);
        Assert.Equal(1, taken);
    }
}
