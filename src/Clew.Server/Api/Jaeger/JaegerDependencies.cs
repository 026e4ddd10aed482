using System.Globalization;
using Clew.Core.Model;
using Clew.Query.Series;
using Clew.Server.Api.Http;

namespace Clew.Server.Api.Jaeger;

/// <summary>Jaeger's dependencies: who called whom among services that sent spans.</summary>
internal static class JaegerDependencies
{
    private const ulong Day = 24 * 60 * 60 * 1000;
    private const ulong LastMillisecond = ulong.MaxValue / 1_000_000;

    public static async Task WriteAsync(ApiContext context)
    {
        var map = await context.Service<SeriesEngine>().ServiceMapAsync(context.Scope, Range(context), context.Aborted);
        string? only = JaegerParameters.First(context, "service");
        var links = map.Edges
            .Where(edge => edge.Paired > 0 && edge.Client != edge.Server)
            .GroupBy(edge => (
                Parent: JaegerNames.ServiceToJaeger(edge.Client), Child: JaegerNames.ServiceToJaeger(edge.Server)))
            .Select(link => (link.Key.Parent, link.Key.Child, Calls: link.Aggregate(0UL, (sum, edge) => sum + edge.Paired)))
            .Where(link => only is null || link.Parent == only || link.Child == only)
            .ToList();
        await JaegerEnvelope.WriteListAsync(context.Http, links, map.Partial, (json, link) =>
        {
            json.WriteStartObject();
            json.WriteString("parent"u8, link.Parent);
            json.WriteString("child"u8, link.Child);
            json.WriteNumber("callCount"u8, link.Calls);
            json.WriteEndObject();
        });
    }

    private static TimeRange Range(ApiContext context)
    {
        ulong now = (ulong)Math.Max(0, context.Service<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds());
        ulong end = Math.Min(Milliseconds(context, "endTs") ?? now, LastMillisecond);
        ulong lookback = Milliseconds(context, "lookback") ?? Day;
        return new TimeRange((end - Math.Min(end, lookback)) * 1_000_000, end * 1_000_000);
    }

    private static ulong? Milliseconds(ApiContext context, string name)
    {
        if (JaegerParameters.First(context, name) is not { } text)
        {
            return null;
        }
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)
            ? value
            : throw JaegerParameters.Bad($"unable to parse param '{name}': expected milliseconds, received: {text}");
    }
}
