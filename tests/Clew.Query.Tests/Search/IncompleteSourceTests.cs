using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Query.Catalog;
using Clew.Query.Search;
using Clew.Query.Tests.Support;
using Clew.Testing;

namespace Clew.Query.Tests.Search;

/// <summary>A source that could not read everything makes every kind of answer partial, with its reason; what it cost is added up.</summary>
public sealed class IncompleteSourceTests
{
    private const string Reason = "A file is damaged.";

    [Fact]
    public async Task EveryKindOfAnswerSaysSo()
    {
        using var engine = Queries.Engine([Source(null, new ScanCounters(0, 2, 5)), Source(Reason, new ScanCounters(7, 1, 30))]);
        var page = await engine.Page(new TraceQuery());
        Assert.Equal(Reason, page.Partial);
        Assert.Equal((3, 35), (page.Statistics.SegmentsScanned, page.Statistics.SegmentsSkipped));
        Assert.Equal(2 + 2 + 7, page.Statistics.SpansScanned); // what hits say and what the source counts
        var services = await new SpanCatalog(engine).ServicesAsync(Queries.Scope, TimeRange.All, CancellationToken.None);
        Assert.Equal(Reason, services.Partial);
        var trace = await engine.ReadTraceAsync(Queries.Scope, new TraceId(0, 1), CancellationToken.None);
        Assert.Equal(Reason, trace!.Incomplete);
        Assert.False(trace.IsComplete);
    }

    [Fact]
    public async Task TwoReasonsAreBothGivenAndOneOnlyOnce()
    {
        using var engine = Queries.Engine([Source(Reason, default), Source(Reason, default), Source("Another disk is gone.", default)], new QueryOptions { MaxGroups = 1 });
        var services = await new SpanCatalog(engine).OperationsAsync(Queries.Scope, null, null, TimeRange.All, CancellationToken.None);
        Assert.Equal($"There are more than 1 different ones; some are left out. {Reason} Another disk is gone.", services.Partial);
    }

    private static MemorySpanSource Source(string? incomplete, ScanCounters counters)
    {
        var builder = new SpanBatchBuilder();
        builder.Span(1, 1, name: "a");
        builder.Span(1, 2, name: incomplete ?? "b");
        var source = new MemorySpanSource { Incomplete = incomplete, Counters = counters };
        source.AddAll(builder.Batch);
        return source;
    }
}
