using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Query.Series;
using Clew.Testing;
using Clew.Testing.Stores;

namespace Clew.Query.Tests.Series;

/// <summary>What one end told alone before the other came is taken off where it was counted; an edge that nothing is left of is none.</summary>
public sealed class AmendedEdgesTests
{
    private const ulong Millisecond = 1_000_000;

    [Fact]
    public async Task CallsThatWereAmendedCountOnce()
    {
        var delta = new SeriesDelta();
        Add(delta, Key("shop", "bank", EdgeView.ClientOnly), 10, 2);
        Add(delta, Key("shop", "bank", EdgeView.ClientOnly), 20, 3);
        Add(delta, Key("shop", "bank", EdgeView.ClientOnlyAmended), 20, 3);
        Add(delta, Key("shop", "bank", EdgeView.Client), 20, 3);
        Add(delta, Key("shop", "bank", EdgeView.Server), 15, 3);
        Add(delta, Key("(missing)", "bank", EdgeView.ServerOnly), 15, 3);
        Add(delta, Key("(missing)", "bank", EdgeView.ServerOnlyAmended), 15, 3);
        var map = await MapAsync(delta);
        var edge = Assert.Single(map.Edges);
        Assert.Equal((5UL, 3UL, 2UL, 0UL), (edge.Calls, edge.Paired, edge.ClientOnly, edge.ServerOnly));
        Assert.Equal((5UL, (UInt128)((2 * 10) + (3 * 20)) * Millisecond), (edge.ClientDurations.Count, edge.ClientDurations.Sum));
        Assert.Equal((3UL, (UInt128)(3 * 15) * Millisecond), (edge.ServerDurations.Count, edge.ServerDurations.Sum));
        Assert.Equal(["bank", "shop"], map.Nodes.Select(node => node.Name));
    }

    [Fact]
    public async Task AmendmentsOfWhatIsNotThereTakeNothingOff()
    {
        var delta = new SeriesDelta();
        Add(delta, Key("shop", "bank", EdgeView.ClientOnlyAmended), 20, 9);
        Add(delta, Key("shop", "mail", EdgeView.ClientOnly), 20, 1);
        Add(delta, Key("shop", "mail", EdgeView.ServerOnlyAmended), 20, 9);
        Add(delta, Key("shop", "mail", EdgeView.ServerOnly), 20, 1);
        var edge = Assert.Single((await MapAsync(delta)).Edges);
        Assert.Equal(("mail", 1UL, 0UL), (edge.Server, edge.ClientOnly, edge.ServerOnly));
    }

    private static SeriesKey Key(string client, string server, EdgeView view) => SeriesKey.Edge(client, server, ConnectionType.Http, view);

    private static void Add(SeriesDelta delta, SeriesKey key, ulong milliseconds, ulong times) =>
        delta.Add(delta.CellOf(key, 0), milliseconds * Millisecond, isError: false, times);

    private static async Task<ServiceMap> MapAsync(SeriesDelta delta)
    {
        var series = new InMemorySeriesStore();
        series.Commit(await series.BeginAsync(Tenant.Default, delta, CancellationToken.None));
        using var engine = new SeriesEngine(series, new InMemorySpanStore(), new QueryOptions(), new ManualTimeProvider());
        return await engine.ServiceMapAsync(new QueryScope(Tenant.Default), new TimeRange(0, SeriesDelta.StepWidth), CancellationToken.None);
    }
}
