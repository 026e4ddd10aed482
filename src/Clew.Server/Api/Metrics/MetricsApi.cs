using System.Text;
using Microsoft.Net.Http.Headers;

namespace Clew.Server.Api.Metrics;

/// <summary>Answers scrapes; docs/operations/metrics.md describes what is told.</summary>
internal static class MetricsApi
{
    private const string OpenMetricsType = "application/openmetrics-text";

    /// <summary>Maps <c>/metrics</c>.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder endpoints)
    {
        IMetricSource[] sources = [.. endpoints.ServiceProvider.GetServices<IMetricSource>()];
        endpoints.MapGet("/metrics", (RequestDelegate)(context => AnswerAsync(context, sources)));
    }

    /// <summary>All families, in one of the formats.</summary>
    public static string Write(IEnumerable<IMetricSource> sources, MetricsFormat format)
    {
        var writer = new MetricWriter(format);
        foreach (var source in sources)
        {
            source.Collect(writer);
        }
        return writer.End();
    }

    /// <summary>OpenMetrics where the client asks for it at least as much as for text.</summary>
    public static MetricsFormat Choose(IList<string> accept)
    {
        if (!MediaTypeHeaderValue.TryParseList(accept, out var types))
        {
            return MetricsFormat.Prometheus;
        }
        double openMetrics = 0;
        double plain = 0;
        foreach (var type in types)
        {
            double quality = type.Quality ?? 1;
            if (type.MediaType.Equals(OpenMetricsType, StringComparison.OrdinalIgnoreCase))
            {
                openMetrics = Math.Max(openMetrics, quality);
            }
            else if (type.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase))
            {
                plain = Math.Max(plain, quality);
            }
        }
        return openMetrics > 0 && openMetrics >= plain ? MetricsFormat.OpenMetrics : MetricsFormat.Prometheus;
    }

    private static Task AnswerAsync(HttpContext context, IMetricSource[] sources)
    {
        var format = Choose([.. context.Request.Headers.Accept.Select(static accept => accept ?? "")]);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = format == MetricsFormat.OpenMetrics
            ? OpenMetricsType + "; version=1.0.0; charset=utf-8"
            : "text/plain; version=0.0.4; charset=utf-8";
        byte[] body = Encoding.UTF8.GetBytes(Write(sources, format));
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
