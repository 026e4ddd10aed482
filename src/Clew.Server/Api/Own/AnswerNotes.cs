using System.Globalization;
using System.Text.Json;
using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Ingest.Intake;
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
    /// <param name="labels">Names that the answer tells apart.</param>
    public static void Write(Utf8JsonWriter json, ApiContext context, TimeRange range, IEnumerable<string>? labels = null)
    {
        string? overload = Overload(context, range);
        bool isFolded = labels?.Contains(SeriesLabels.Folded) ?? false;
        if (overload is null && !isFolded)
        {
            return;
        }
        json.WriteStartArray("notes"u8);
        if (overload is not null)
        {
            json.WriteStringValue(overload);
        }
        if (isFolded)
        {
            json.WriteStringValue(FoldedNote);
        }
        json.WriteEndArray();
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
