using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Query.Series;
using Clew.Server.Api.Http;

namespace Clew.Server.Api.Own;

/// <summary>Reads the parameters of what is answered from series.</summary>
internal static class SeriesParameters
{
    private const ulong Hour = 3_600_000_000_000;

    /// <summary>Names of the labels in requests and answers, in the order of <see cref="SeriesLabels"/>.</summary>
    public static readonly IReadOnlyList<string> RedLabels = SeriesLabels.NamesOf(SeriesKind.Red);

    public static RedQuery ReadRed(ApiContext context)
    {
        var filters = new List<(int, string)>();
        for (int label = 0; label < RedLabels.Count; label++)
        {
            if (context.One(RedLabels[label]) is { } value)
            {
                SearchParameters.Choice(context, RedLabels[label], label switch
                {
                    SeriesLabels.SpanKind => OwnNames.Kinds,
                    SeriesLabels.Status => OwnNames.Statuses,
                    _ => [value],
                });
                filters.Add((label, value));
            }
        }
        var query = new RedQuery { Filters = filters, Range = Range(context), Step = Step(context) };
        return context.All("by") is { Count: > 0 } by ? query with { By = [.. by.Select(Label).Distinct().Order()] } : query;
    }

    /// <summary>The range between <c>from</c> and <c>to</c>: the last hour, where they are absent.</summary>
    public static TimeRange Range(ApiContext context)
    {
        ulong now = UnixTime.Of(context.Service<TimeProvider>().GetUtcNow());
        ulong to = SearchParameters.Time(context, "to") ?? now;
        ulong from = SearchParameters.Time(context, "from") ?? to - Math.Min(to, Hour);
        return from <= to ? new TimeRange(from, to) : throw ApiProblem.Parameter("to", "expected a time that is not before 'from'.");
    }

    private static TimeSpan Step(ApiContext context)
    {
        if (context.One("step") is not { } text)
        {
            return TimeSpan.Zero;
        }
        return DurationText.TryParse(text, plainNumbers: true, out long nanoseconds) && nanoseconds % TimeSpan.NanosecondsPerTick == 0
            ? TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick)
            : throw ApiProblem.Parameter("step", "expected a duration such as 10s, 1m, 1h.");
    }

    private static int Label(string name) => SeriesLabels.IndexOf(SeriesKind.Red, name) is >= 0 and var label
        ? label
        : throw ApiProblem.Parameter("by", $"expected {string.Join(", ", RedLabels)}.");
}
