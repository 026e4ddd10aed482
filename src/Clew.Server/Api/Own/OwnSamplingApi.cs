using System.Globalization;
using System.Text;
using System.Text.Json;
using Clew.Core.Model;
using Clew.Ingest.Sampling;
using Clew.Ingest.Sampling.Import;
using Clew.Ingest.Sampling.Policies;
using Clew.Query.Series;
using Clew.Server.Api.Http;

namespace Clew.Server.Api.Own;

/// <summary>What is sampled: read, set, tried out, imported. Keep in sync with docs/api/own.md.</summary>
internal static class OwnSamplingApi
{
    private const double AlmostAll = 0.99;
    private const int MaxBody = PolicyReader.MaxLength;
    private static readonly TimeSpan DryRunTime = TimeSpan.FromSeconds(30);

    public static Task GetAsync(ApiContext context) => AnswerAsync(context);

    public static async Task SetAsync(ApiContext context)
    {
        var config = Read(await BodyAsync(context));
        Change(() => context.Service<SamplingControl>().Set(config));
        await AnswerAsync(context);
    }

    public static async Task ResetAsync(ApiContext context)
    {
        Change(context.Service<SamplingControl>().Reset);
        await AnswerAsync(context);
    }

    public static async Task ImportAsync(ApiContext context)
    {
        var result = TailSamplingImport.Read(Encoding.UTF8.GetString(await BodyAsync(context)));
        await context.Http.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            if (result.Policy is not null)
            {
                json.WritePropertyName("config"u8);
                PolicyWriter.Write(json, new SamplingConfig { Policy = result.Policy });
            }
            json.WriteStartArray("notTaken"u8);
            foreach (var note in result.NotTaken)
            {
                json.WriteStartObject();
                json.WriteNumber("line"u8, note.Line);
                json.WriteString("what"u8, note.What);
                json.WriteString("why"u8, note.Why);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    public static async Task DryRunAsync(ApiContext context)
    {
        var range = SeriesParameters.Range(context);
        var config = Read(await BodyAsync(context));
        var result = await context.Service<DryRun>().RunAsync(context.Scope.Tenant, range, config, DryRunTime, context.Aborted);
        if (result is null)
        {
            context.Http.Response.Headers.RetryAfter = "5";
            throw new ApiProblem(StatusCodes.Status503ServiceUnavailable, "Busy", "Another dry run is on its way.");
        }
        long counted = await CountedAsync(context, range);
        await context.Http.WriteJsonAsync(json => Write(json, range, result, counted));
    }

    /// <summary>All spans of closed traces that came in the range, kept or not: what a dry run could see at best.</summary>
    private static async Task<long> CountedAsync(ApiContext context, TimeRange range)
    {
        var answer = await context.Service<SeriesEngine>().RedAsync(context.Scope, new RedQuery { Range = range, By = [] }, context.Aborted);
        return answer.Groups.Sum(static group => group.Points.Sum(static point => (long)point.Count));
    }

    private static Task AnswerAsync(ApiContext context)
    {
        var control = context.Service<SamplingControl>();
        var statistics = context.Service<TraceSampler>().GetStatistics();
        return context.Http.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("config"u8);
            PolicyWriter.Write(json, control.Config);
            json.WriteString("setBy"u8, control.IsSet ? "api"u8 : "configuration"u8);
            json.WriteStartObject("figures"u8);
            json.WriteNumber("keptTraces"u8, statistics.KeptTraces);
            json.WriteNumber("droppedTraces"u8, statistics.DroppedTraces);
            json.WriteNumber("keptSpans"u8, statistics.KeptSpans);
            json.WriteNumber("droppedSpans"u8, statistics.DroppedSpans);
            json.WriteNumber("followedTraces"u8, statistics.FollowedTraces);
            json.WriteNumber("decisions"u8, statistics.Decisions);
            json.WriteNumber("maxDecisions"u8, statistics.MaxDecisions);
            json.WriteEndObject();
            json.WriteStartArray("accuracy"u8);
            foreach (var service in statistics.Accuracy)
            {
                json.WriteStartObject();
                json.WriteString("service"u8, service.Service);
                json.WriteNumber("trueSpans"u8, service.TrueSpans);
                json.WriteNumber("adjustedSpans"u8, service.AdjustedSpans);
                json.WriteNumber("keptSpans"u8, service.KeptSpans);
                json.WriteNumber("accuracy"u8, service.Accuracy);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, TimeRange range, DryRunResult result, long counted)
    {
        json.WriteStartObject();
        json.Decimal("from"u8, range.From);
        json.Decimal("to"u8, range.To);
        json.WriteBoolean("complete"u8, result.IsComplete);
        json.WriteStartObject("seen"u8);
        json.Decimal("from"u8, result.From);
        json.Decimal("to"u8, result.To);
        json.WriteNumber("countedSpans"u8, counted);
        // Counts are of whole steps, and of what senders dropped as well: a share above 1 says no more than all.
        double share = counted == 0 ? (result.Spans == 0 ? 0 : 1) : Math.Min(1, result.Spans / (double)counted);
        json.WriteNumber("share"u8, Math.Round(share, 4));
        json.WriteEndObject();
        json.WriteNumber("traces"u8, result.Traces);
        json.WriteNumber("keptTraces"u8, result.KeptTraces);
        json.WriteNumber("spans"u8, result.Spans);
        json.WriteNumber("keptSpans"u8, result.KeptSpans);
        json.WriteNumber("bytes"u8, (long)(result.Spans * result.BytesPerSpan));
        json.WriteNumber("keptBytes"u8, (long)(result.KeptSpans * result.BytesPerSpan));
        json.WriteStartArray("services"u8);
        foreach (var service in result.Services)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, service.Service);
            json.WriteNumber("spans"u8, service.Spans);
            json.WriteNumber("keptSpans"u8, service.KeptSpans);
            json.WriteNumber("keptBytes"u8, (long)(service.KeptSpans * result.BytesPerSpan));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (share < AlmostAll)
        {
            json.WriteStartArray("notes"u8);
            json.WriteStringValue(string.Create(CultureInfo.InvariantCulture,
                $"Of {counted:#,0} spans that came in this time {result.Spans:#,0} ({share * 100:0.#} %) were looked at: the newest {DryRun.MaxTraces:#,0} stored traces, for {DryRunTime.TotalSeconds:0} s at most. What the policy in force has dropped cannot be looked at."));
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static SamplingConfig Read(byte[] body) =>
        PolicyReader.Read(body, out var problems)
            ?? throw new ApiProblem(
                StatusCodes.Status400BadRequest, "Bad policy",
                string.Join(" ", problems.Take(20).Select(problem => $"{problem.Path}: {problem.Message}")));

    private static void Change(Action change)
    {
        try
        {
            change();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ApiProblem(StatusCodes.Status503ServiceUnavailable, "Not available", "It cannot be written down, so nothing was changed.");
        }
    }

    private static async Task<byte[]> BodyAsync(ApiContext context)
    {
        using var body = new MemoryStream();
        byte[] buffer = new byte[16 << 10];
        for (int read; (read = await context.Http.Request.Body.ReadAsync(buffer, context.Aborted)) > 0;)
        {
            if (body.Length + read > MaxBody)
            {
                throw new ApiProblem(StatusCodes.Status413PayloadTooLarge, "Too large", $"At most {MaxBody} bytes are taken.");
            }
            body.Write(buffer, 0, read);
        }
        return body.ToArray();
    }
}
