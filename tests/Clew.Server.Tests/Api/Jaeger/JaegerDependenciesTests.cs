using System.Text.Json;
using Clew.Server.Tests.Api.Support;
using Clew.Storage;
using Clew.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Tests.Api.Jaeger;

public sealed class JaegerDependenciesTests
{
    private const ulong End = (SharedSeries.Start / 1_000_000) + 600_000;

    [Theory]
    [InlineData("endTs={end}&lookback=3600000", "pricing>OTLPResourceNoServiceName 5", "shop>pricing 15")]
    [InlineData("endTs={end}", "pricing>OTLPResourceNoServiceName 5", "shop>pricing 15")]
    [InlineData("endTs={end}&service=shop", "shop>pricing 15")]
    [InlineData("endTs={end}&lookback=60000")]
    [InlineData("endTs=0")]
    [InlineData("endTs=18446744073709551615&lookback=1")]
    public async Task Services_that_called_each_other(string query, params string[] links)
    {
        var store = await SharedSeries.StoreAsync();
        await using var host = await ApiHost.Jaeger(
            SharedTraces.Source(), new ManualTimeProvider(), more: services => services.AddSingleton<ISeriesStore>(store));
        var answer = await host.Json("/api/dependencies?" + query.Replace("{end}", $"{End}", StringComparison.Ordinal));
        Assert.Equal(links.Length, answer.GetProperty("total").GetInt32());
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("errors").ValueKind);
        Assert.Equal(
            links, answer.GetProperty("data").EnumerateArray().Select(l => $"{l.GetProperty("parent")}>{l.GetProperty("child")} {l.GetProperty("callCount")}"));
    }
}
