using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Query.Catalog;
using Clew.Query.Tests.Support;
using Clew.Testing;

namespace Clew.Query.Tests.Catalog;

public sealed class SpanCatalogTests
{
    [Theory]
    [InlineData(MemorySpanSource.All, MemorySpanSource.All)]
    [InlineData(SpanSourceCapabilities.None, MemorySpanSource.All)]
    [InlineData(SpanSourceCapabilities.Aggregation, SpanSourceCapabilities.IntrinsicComparison)]
    public async Task Figures_of_all_sources_are_added_whoever_counts(SpanSourceCapabilities first, SpanSourceCapabilities second)
    {
        var one = new SpanBatchBuilder();
        one.Span(1, 1, name: "b", service: "x", kind: SpanKind.Server, start: 10);
        one.Span(1, 2, name: "a", service: "X", kind: SpanKind.Client, start: 20);
        one.Span(2, 3, name: "a", service: "", start: 30);
        var two = new SpanBatchBuilder();
        two.Span(3, 4, name: "b", service: "x", kind: SpanKind.Server, start: 10);
        two.Span(3, 5, name: "b", service: "x", kind: SpanKind.Internal, start: 40);
        MemorySpanSource[] sources = [new(first), new(second)];
        sources[0].AddAll(one.Batch);
        sources[1].AddAll(two.Batch);
        using var engine = Queries.Engine(sources);
        var catalog = new SpanCatalog(engine);

        var services = await catalog.ServicesAsync(Queries.Scope, TimeRange.All, CancellationToken.None);
        Assert.Equal([new("", 1), new("X", 1), new("x", 3)], services.Entries);
        Assert.Null(services.Partial);
        var early = await catalog.ServicesAsync(Queries.Scope, new TimeRange(10, 20), CancellationToken.None);
        Assert.Equal([new("x", 2)], early.Entries);

        var operations = await catalog.OperationsAsync(Queries.Scope, "x", null, TimeRange.All, CancellationToken.None);
        Assert.Equal([new("b", SpanKind.Internal, 1), new("b", SpanKind.Server, 2)], operations.Entries);
        var all = await catalog.OperationsAsync(Queries.Scope, null, SpanKind.Internal, TimeRange.All, CancellationToken.None);
        Assert.Equal([new("a", SpanKind.Internal, 1), new("b", SpanKind.Internal, 1)], all.Entries);
    }

    [Fact]
    public async Task More_groups_than_fit_are_left_out_and_said_so()
    {
        var builder = new SpanBatchBuilder();
        for (ulong i = 1; i <= 20; i++)
        {
            builder.Span(i, i, service: $"s{i}");
        }
        var source = new MemorySpanSource();
        source.AddAll(builder.Batch);
        using var engine = Queries.Engine([source], new QueryOptions { MaxGroups = 5 });
        var services = await new SpanCatalog(engine).ServicesAsync(Queries.Scope, TimeRange.All, CancellationToken.None);
        Assert.Equal(5, services.Entries.Count);
        Assert.NotNull(services.Partial);
    }
}
