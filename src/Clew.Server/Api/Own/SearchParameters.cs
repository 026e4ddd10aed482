using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Query.Search;
using Clew.Server.Api.Http;

namespace Clew.Server.Api.Own;

/// <summary>Reads the parameters of a search.</summary>
internal static class SearchParameters
{
    public static TraceQuery Read(ApiContext context, int maxLimit)
    {
        var predicates = new List<SpanPredicate>();
        Text(context, "service", SpanField.ServiceName, predicates);
        Text(context, "operation", SpanField.Name, predicates);
        Word(context, "kind", OwnNames.Kinds, SpanField.Kind, predicates);
        Word(context, "status", OwnNames.Statuses, SpanField.StatusCode, predicates);
        Durations(context, predicates);
        Attributes(context, predicates);
        if (Choice(context, "root", ["true"]) is not null)
        {
            predicates.Add(Equal(SpanField.IsRoot, AttributeValue.Of(true)));
        }
        TraceCursor? after = null;
        if (context.One("cursor") is { } text && !TraceCursor.TryParse(text, out after))
        {
            throw ApiProblem.Parameter("cursor", "expected 'next' of an earlier page, unchanged.");
        }
        return new TraceQuery
        {
            Range = Range(context),
            Predicates = predicates,
            Limit = context.Integer("limit", Math.Min(20, maxLimit), 1, maxLimit),
            After = after,
            Total = (TotalMode)(Choice(context, "total", ["none", "bound", "exact"]) ?? 0),
        };
    }

    /// <summary>The range between <c>from</c> and <c>to</c>.</summary>
    public static TimeRange Range(ApiContext context)
    {
        ulong from = Time(context, "from") ?? 0;
        ulong to = Time(context, "to") ?? ulong.MaxValue;
        return from <= to ? new TimeRange(from, to) : throw ApiProblem.Parameter("to", "expected a time that is not before 'from'.");
    }

    /// <summary>A point in time, or null where the parameter is absent.</summary>
    public static ulong? Time(ApiContext context, string name)
    {
        if (context.One(name) is not { } text)
        {
            return null;
        }
        return TimeText.TryParse(text, out ulong time)
            ? time
            : throw ApiProblem.Parameter(name, "expected Unix nanoseconds or RFC 3339, such as 2026-01-01T00:00:00Z.");
    }

    private static void Text(ApiContext context, string name, SpanField field, List<SpanPredicate> predicates)
    {
        if (context.One(name) is { } text)
        {
            predicates.Add(Equal(field, AttributeValue.Of(text)));
        }
    }

    private static void Word(ApiContext context, string name, string[] words, SpanField field, List<SpanPredicate> predicates)
    {
        if (Choice(context, name, words) is { } index)
        {
            predicates.Add(Equal(field, AttributeValue.Of((long)index)));
        }
    }

    /// <summary>Which of the words the parameter is, or null where it is absent.</summary>
    public static int? Choice(ApiContext context, string name, string[] words)
    {
        if (context.One(name) is not { } text)
        {
            return null;
        }
        int index = Array.IndexOf(words, text);
        return index >= 0 ? index : throw ApiProblem.Parameter(name, $"expected {string.Join(", ", words)}.");
    }

    private static void Durations(ApiContext context, List<SpanPredicate> predicates)
    {
        long? min = Duration(context, "minDuration");
        long? max = Duration(context, "maxDuration");
        if (max < min)
        {
            throw ApiProblem.Parameter("maxDuration", "expected a duration that is not below 'minDuration'.");
        }
        if (min is { } atLeast)
        {
            predicates.Add(new Comparison(FieldReference.Of(SpanField.Duration), ComparisonOperator.GreaterOrEqual, AttributeValue.Of(atLeast)));
        }
        if (max is { } atMost)
        {
            predicates.Add(new Comparison(FieldReference.Of(SpanField.Duration), ComparisonOperator.LessOrEqual, AttributeValue.Of(atMost)));
        }
    }

    private static long? Duration(ApiContext context, string name)
    {
        if (context.One(name) is not { } text)
        {
            return null;
        }
        return DurationText.TryParse(text, plainNumbers: true, out long nanoseconds)
            ? nanoseconds
            : throw ApiProblem.Parameter(name, "expected a duration such as 1.5s, 200ms, 10us, 1h2m, or nanoseconds.");
    }

    private static void Attributes(ApiContext context, List<SpanPredicate> predicates)
    {
        foreach (string pair in context.All("attr"))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw ApiProblem.Parameter("attr", "expected key=value.");
            }
            predicates.Add(new Comparison(
                FieldReference.Attribute(pair[..equals]), ComparisonOperator.EqualText, AttributeValue.Of(pair[(equals + 1)..])));
        }
    }

    private static Comparison Equal(SpanField field, AttributeValue value) => new(FieldReference.Of(field), ComparisonOperator.Equal, value);
}
