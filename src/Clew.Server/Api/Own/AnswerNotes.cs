using System.Globalization;
using System.Text.Json;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Ingest.Counting;
using Clew.Ingest.Intake;
using Clew.Query.Traces;
using Clew.Server.Api.Http;

namespace Clew.Server.Api.Own;

/// <summary>What there is to say of an answer of which nothing is known to be missing, and that still may not be all: in <c>notes</c>.</summary>
internal static class AnswerNotes
{
    private const ulong NanosecondsPerTick = 100;

    /// <summary>Some names count together with others.</summary>
    private const string FoldedNote =
        $"There are more names than are counted apart: the rest is counted as {SeriesLabels.Folded}. The health says which bound that is.";

    /// <summary>Writes the notes, where there are any.</summary>
    /// <param name="json">Within the answer's object.</param>
    /// <param name="context">The request.</param>
    /// <param name="range">What was asked about.</param>
    /// <param name="labels">Names that the answer tells apart, where it tells counts of closed traces.</param>
    public static void Write(Utf8JsonWriter json, ApiContext context, TimeRange range, IEnumerable<string>? labels = null)
    {
        string?[] notes =
        [
            Overload(context, range),
            labels?.Contains(SeriesLabels.Folded) ?? false ? FoldedNote : null,
            labels is null ? null : Late(context, range),
        ];
        if (notes.All(static note => note is null))
        {
            return;
        }
        json.WriteStartArray("notes"u8);
        foreach (string note in notes.OfType<string>())
        {
            json.WriteStringValue(note);
        }
        json.WriteEndArray();
    }

    /// <summary>What there is to say of a whole trace, sentences in ASCII; null where there is nothing.</summary>
    public static string? OfTrace(ApiContext context, MergedTrace trace)
    {
        if ((trace.Flags & (TraceFlags.Late | TraceFlags.Amended)) == 0)
        {
            return null;
        }
        long late = context.Http.RequestServices.GetService<LateArrivals>()?.Of(context.Scope.Tenant, trace.TraceId) ?? 0;
        return late == 0
            ? "Spans came late, after the trace had been closed."
            : string.Create(CultureInfo.InvariantCulture, $"{late:#,0} {(late == 1 ? "span" : "spans")} came late, after the trace had been closed.");
    }

    /// <summary>How many spans of a time came late: what was answered about it before was less.</summary>
    private static string? Late(ApiContext context, TimeRange range)
    {
        long late = context.Http.RequestServices.GetService<LateArrivals>()?.Within(context.Scope.Tenant, range) ?? 0;
        return late == 0
            ? null
            : string.Create(CultureInfo.InvariantCulture,
                $"{late:#,0} {(late == 1 ? "span" : "spans")} of this time came late, after the traces had been closed. They are counted; calls of which one end came late may have moved from one edge to another.");
    }

    /// <summary>What was refused within a range of time, a sentence; null where nothing was.</summary>
    public static string? Overload(ApiContext context, TimeRange range)
    {
        if (context.Http.RequestServices.GetService<RefusedPeriods>()?.Within(Time(range.From), Time(range.To)) is not { } refused)
        {
            return null;
        }
        return string.Create(CultureInfo.InvariantCulture,
            $"Between {refused.From:yyyy-MM-dd HH:mm:ss} and {refused.To:HH:mm:ss} UTC more came than could be taken in: {refused.Payloads:#,0} payloads were refused. Spans that their senders did not send again are missing.");
    }

    private static DateTimeOffset Time(ulong nanoseconds)
    {
        ulong ticks = nanoseconds / NanosecondsPerTick;
        ulong most = (ulong)(DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks;
        return DateTimeOffset.UnixEpoch.AddTicks((long)Math.Min(ticks, most));
    }
}
