using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Testing.Stores;

namespace Clew.Server.Tests.Api.Support;

/// <summary>A few minutes of a small shop, counted: what was counted is written down here, not computed.</summary>
internal static class SharedSeries
{
    public const ulong Start = SharedTraces.Start;

    /// <summary>The trace that stands for what failed; what did not has traces with the milliseconds as their ids.</summary>
    public const ulong FailedTrace = 300;

    private const ulong Millisecond = 1_000_000;

    public static async Task<InMemorySeriesStore> StoreAsync()
    {
        var delta = new SeriesDelta();
        for (ulong minute = 0; minute < 3; minute++)
        {
            ulong time = Start + (minute * 60 * SharedTraces.Second);
            Add(delta, SeriesKey.Red("shop", "POST /checkout", SpanKind.Server, StatusCode.Unset), time, 10, 0, 100);
            Add(delta, SeriesKey.Red("shop", "POST /checkout", SpanKind.Server, StatusCode.Error), time, 2, 2, 300);
            Add(delta, SeriesKey.Red("shop", "GET", SpanKind.Client, StatusCode.Unset), time, 12, 0, 50);
            Add(delta, SeriesKey.Red("pricing", "GET /quote", SpanKind.Server, StatusCode.Unset), time, 12, 0, 40);
        }
        Add(delta, SeriesKey.Edge(EdgeNodes.Outside, "shop", ConnectionType.Http, EdgeView.ServerOnly), Start, 12, 2, 120);
        Add(delta, SeriesKey.Edge("shop", "pricing", ConnectionType.Http, EdgeView.Client), Start, 12, 1, 50);
        Add(delta, SeriesKey.Edge("shop", "pricing", ConnectionType.Http, EdgeView.Server), Start, 12, 0, 40);
        Add(delta, SeriesKey.Edge("shop", "pricing", ConnectionType.Rpc, EdgeView.Server), Start, 3, 0, 40);
        Add(delta, SeriesKey.Edge("shop", "pricing", ConnectionType.Http, EdgeView.ClientOnly), Start, 1, 1, 900);
        Add(delta, SeriesKey.Edge("pricing", "", ConnectionType.Other, EdgeView.Server), Start, 5, 0, 40);
        Add(delta, SeriesKey.Edge("shop", "shop", ConnectionType.Http, EdgeView.Server), Start, 1, 0, 1);
        Add(delta, SeriesKey.Edge("pricing", "postgresql/prices", ConnectionType.Database, EdgeView.ClientOnly), Start, 30, 0, 5);
        Add(delta, SeriesKey.Edge("kafka/orders", "shop", ConnectionType.Messaging, EdgeView.ServerOnly), Start, 4, 0, 5);
        Add(delta, SeriesKey.Edge("shop", "bank.example", ConnectionType.Http, EdgeView.ClientOnly), Start, 6, 0, 700);
        var store = new InMemorySeriesStore();
        store.Commit(await store.BeginAsync(Tenant.Default, delta, CancellationToken.None));
        return store;
    }

    private static void Add(SeriesDelta delta, SeriesKey key, ulong time, int count, int errors, ulong milliseconds)
    {
        int cell = delta.CellOf(key, SeriesDelta.StepOf(time));
        for (int i = 0; i < count; i++)
        {
            delta.Add(cell, milliseconds * Millisecond, i < errors);
            if (key.Kind == SeriesKind.Red)
            {
                delta.Offer(cell, new TraceId(0, errors > 0 ? FailedTrace : milliseconds), milliseconds * Millisecond);
            }
        }
    }
}
