using System.Globalization;
using System.Text.Json;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Server.Api.Http;

namespace Clew.Server.Api.Jaeger;

/// <summary>Reads the parameters of a search as Jaeger does: unknown ones are ignored, an empty one counts as absent.</summary>
internal static class JaegerParameters
{
    private const ulong LastMicrosecond = ulong.MaxValue / 1000;

    public static JaegerSearch Read(ApiContext context, JaegerOptions options, DateTimeOffset now)
    {
        ulong nowMicroseconds = (ulong)Math.Max(0, (now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        ulong start = Time(context, "start") ?? nowMicroseconds - Math.Min(nowMicroseconds, (ulong)options.Lookback.TotalMicroseconds);
        ulong end = Time(context, "end") ?? nowMicroseconds;
        var traceIds = TraceIds(context);
        var predicates = new List<SpanPredicate>();
        if (First(context, "service") is { } service)
        {
            predicates.Add(Equal(SpanField.ServiceName, JaegerNames.ServiceFromJaeger(service)));
        }
        else if (traceIds.Count == 0)
        {
            throw Bad("parameter 'service' is required");
        }
        if (First(context, "operation") is { } operation)
        {
            predicates.Add(Equal(SpanField.Name, operation));
        }
        Durations(context, predicates);
        foreach (var (key, value) in Tags(context))
        {
            predicates.Add(JaegerTag.Predicate(key, value));
        }
        // Both ends belong to the range, in microseconds, as the client sees them.
        var range = new TimeRange(Nanoseconds(start), end >= LastMicrosecond ? ulong.MaxValue : Nanoseconds(end + 1));
        return new JaegerSearch(range, predicates, traceIds, Limit(context, options));
    }

    /// <summary>All tags asked for: <c>tag=key:value</c> and <c>tags={"key":"value"}</c>.</summary>
    public static IReadOnlyList<(string Key, string Value)> Tags(ApiContext context)
    {
        var tags = new List<(string, string)>();
        foreach (string tag in context.All("tag"))
        {
            int colon = tag.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
            {
                throw Bad($"malformed 'tag' parameter, expecting key:value, received: {tag}");
            }
            tags.Add((tag[..colon], tag[(colon + 1)..]));
        }
        foreach (string text in context.All("tags"))
        {
            if (text.Length > 0)
            {
                ReadTags(text, tags);
            }
        }
        return tags;
    }

    /// <summary>Microseconds, or null where the parameter is absent.</summary>
    public static ulong? Time(ApiContext context, string name)
    {
        if (First(context, name) is not { } text)
        {
            return null;
        }
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong time)
            ? time
            : throw Bad($"unable to parse param '{name}': expected Unix microseconds, received: {text}");
    }

    public static TraceId ParseTraceId(string text) => TraceId.TryParse(text, out var id)
        ? id
        : throw Bad($"unable to parse trace id: expected 1 to 32 hex digits, received: {text}");

    public static string? First(ApiContext context, string name) => context.All(name) is [{ Length: > 0 } text, ..] ? text : null;

    public static ApiProblem Bad(string message) => new(StatusCodes.Status400BadRequest, "Bad request", message);

    private static void ReadTags(string text, List<(string, string)> tags)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            foreach (var tag in document.RootElement.EnumerateObject())
            {
                tags.Add((tag.Name, tag.Value.GetString() ?? ""));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Bad($"malformed 'tags' parameter, expecting a JSON object of strings, received: {text}");
        }
    }

    private static List<TraceId> TraceIds(ApiContext context) =>
        [.. context.All("traceID").Where(t => t.Length > 0).Select(ParseTraceId).Distinct()];

    private static int Limit(ApiContext context, JaegerOptions options)
    {
        if (First(context, "limit") is not { } text)
        {
            return options.DefaultLimit;
        }
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) || limit > options.MaxLimit)
        {
            throw Bad(FormattableString.Invariant($"unable to parse param 'limit': expected a whole number up to {options.MaxLimit}, received: {text}"));
        }
        return limit == 0 ? options.DefaultLimit : limit;
    }

    private static void Durations(ApiContext context, List<SpanPredicate> predicates)
    {
        long? min = Duration(context, "minDuration");
        long? max = Duration(context, "maxDuration");
        if (max < min)
        {
            throw Bad("'maxDuration' should be greater than 'minDuration'");
        }
        // Clients see whole microseconds, so they are what is compared: the parts below belong to their microsecond.
        if (min is { } atLeast)
        {
            long bound = atLeast % 1000 == 0 ? atLeast : atLeast - (atLeast % 1000) + 1000;
            predicates.Add(new Comparison(FieldReference.Of(SpanField.Duration), ComparisonOperator.GreaterOrEqual, AttributeValue.Of(bound)));
        }
        if (max is { } atMost)
        {
            long bound = atMost > long.MaxValue - 1000 ? long.MaxValue : atMost - (atMost % 1000) + 999;
            predicates.Add(new Comparison(FieldReference.Of(SpanField.Duration), ComparisonOperator.LessOrEqual, AttributeValue.Of(bound)));
        }
    }

    private static long? Duration(ApiContext context, string name)
    {
        if (First(context, name) is not { } text)
        {
            return null;
        }
        return DurationText.TryParse(text, plainNumbers: false, out long nanoseconds)
            ? nanoseconds
            : throw Bad($"unable to parse param '{name}': expected a duration such as 1.2s or 500us, received: {text}");
    }

    private static Comparison Equal(SpanField field, string text) =>
        new(FieldReference.Of(field), ComparisonOperator.Equal, AttributeValue.Of(text));

    private static ulong Nanoseconds(ulong microseconds) => microseconds > LastMicrosecond ? ulong.MaxValue : microseconds * 1000;
}
