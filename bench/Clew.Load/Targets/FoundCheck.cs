using System.Text.Json.Nodes;
using Clew.Load.Payloads;

namespace Clew.Load.Targets;

/// <summary>Asks for traces that were sent and counts their spans.</summary>
internal static class FoundCheck
{
    /// <summary>How many of the samples came back with exactly the spans that were sent; null where there is no API to ask.</summary>
    /// <param name="target">Asked through Clew's own API, else through Jaeger's.</param>
    /// <param name="plan">What was sent.</param>
    /// <param name="samples">How many traces.</param>
    public static async Task<int?> RunAsync(Target target, LoadPlan plan, int samples)
    {
        if (target.Clew is null && target.Jaeger is null)
        {
            return null;
        }
        using var clew = target.Clew is { } own ? new ClewApi(own) : null;
        using var jaeger = clew is null ? new HttpClient { BaseAddress = target.Jaeger } : null;
        int whole = 0;
        for (int i = 0; i < samples; i++)
        {
            var (values, shape) = plan.Trace((ulong)i);
            int found = clew is not null ? await clew.SpanCountAsync(values.IdText) : await JaegerSpansAsync(jaeger!, values.IdText);
            whole += found == shape.Spans.Length ? 1 : 0;
        }
        return whole;
    }

    private static async Task<int> JaegerSpansAsync(HttpClient http, string traceId)
    {
        using var response = await http.GetAsync(new Uri($"api/traces/{traceId}", UriKind.Relative));
        return response.IsSuccessStatusCode
            && JsonNode.Parse(await response.Content.ReadAsByteArrayAsync())?["data"] is JsonArray { Count: 1 } data
            ? data[0]!["spans"]!.AsArray().Count
            : 0;
    }
}
