using Clew.Server.Api.Http;

namespace Clew.Server.Api.Jaeger;

/// <summary>Pages of Jaeger's UI, as pages of the web UI that show the same thing as far as it can.</summary>
internal static class JaegerRedirects
{
    private static readonly string[] Relative = ["5m", "15m", "1h", "6h", "24h", "7d"];

    public static string Home(Uri ui, ApiContext context) => Base(ui) + "/";

    public static string Trace(Uri ui, ApiContext context)
    {
        var id = JaegerParameters.ParseTraceId(context.Path("traceId"));
        string span = JaegerParameters.First(context, "uiFind") is { } found && Core.Model.SpanId.TryParse(found, out var spanId)
            ? "?span=" + spanId
            : "";
        return $"{Base(ui)}/trace/{id}{span}";
    }

    public static string Search(Uri ui, ApiContext context)
    {
        var query = new List<(string Name, string Value)>();
        Copy("service");
        if (JaegerParameters.First(context, "operation") is { } operation && operation != "all")
        {
            query.Add(("operation", operation));
        }
        Copy("minDuration");
        Copy("maxDuration");
        foreach (var (key, value) in JaegerParameters.Tags(context))
        {
            query.Add(Translate(key, value));
        }
        // What a relative range was meant to be wins over the times at which it was asked.
        if (JaegerParameters.First(context, "lookback") is { } lookback && Relative.Contains(lookback))
        {
            query.Add(("range", lookback));
        }
        else if (JaegerParameters.Time(context, "start") is { } start && JaegerParameters.Time(context, "end") is { } end
            && end <= ulong.MaxValue / 1000 && start <= end)
        {
            query.Add(("from", TimeText.Format(start * 1000)));
            // The end belongs to Jaeger's range and not to ours.
            query.Add(("to", TimeText.Format((end * 1000) + 1_000_000)));
        }
        string text = string.Join('&', query.Select(q => $"{q.Name}={Uri.EscapeDataString(q.Value)}"));
        return $"{Base(ui)}/search{(text.Length > 0 ? "?" : "")}{text}";

        void Copy(string name)
        {
            if (JaegerParameters.First(context, name) is { } value)
            {
                query.Add((name, value));
            }
        }
    }

    private static (string Name, string Value) Translate(string key, string value) => (key, value) switch
    {
        ("error", "true") or ("otel.status_code", "ERROR") => ("status", "error"),
        ("otel.status_code", "OK") => ("status", "ok"),
        ("span.kind", _) when JaegerNames.TryParseKind(value, out _) => ("kind", value),
        _ => ("attr", $"{key}={value}"),
    };

    private static string Base(Uri ui) => ui.GetLeftPart(UriPartial.Path).TrimEnd('/');
}
