using System.Buffers;
using System.Text.Json;
using Clew.Analysis.SpanTrees;
using Clew.Core.Model;
using Clew.Ingest.Pipeline;
using Clew.Query;
using Clew.Query.Catalog;
using Clew.Query.Traces;
using Clew.Server.Api.Http;
using Clew.Server.Api.OtlpJson;
using Clew.Storage;

namespace Clew.Server.Api.Own;

/// <summary>Clew's own HTTP API; described in docs/api/own.md.</summary>
public static class OwnApi
{
    public const string Prefix = "/api/clew/v1";

    /// <summary>Maps the API, and its document at <c>/openapi/v1.json</c>.</summary>
    public static void MapOwnApi(this IEndpointRouteBuilder endpoints)
    {
        var routes = new ApiRoutes(endpoints.MapGroup(Prefix), new ProblemErrors(), strict: true);
        routes.Map(OwnEndpoints.Services, ServicesAsync);
        routes.Map(OwnEndpoints.Operations, OperationsAsync);
        routes.Map(OwnEndpoints.Search, SearchAsync);
        routes.Map(OwnEndpoints.Trace, TraceAsync);
        routes.Map(OwnEndpoints.DeleteTrace, DeleteTraceAsync);
        routes.Map(OwnEndpoints.Summary, SummaryAsync);
        routes.Map(OwnEndpoints.Skeleton, SkeletonAsync);
        routes.Map(OwnEndpoints.Spans, SpansAsync);
        routes.Map(OwnEndpoints.TraceSearch, SearchInTraceAsync);
        routes.Map(OwnEndpoints.Red, OwnSeriesApi.RedAsync);
        routes.Map(OwnEndpoints.ServiceMap, OwnSeriesApi.ServiceMapAsync);
        routes.Map(OwnEndpoints.Sampling, OwnSamplingApi.GetAsync);
        routes.Map(OwnEndpoints.SetSampling, OwnSamplingApi.SetAsync);
        routes.Map(OwnEndpoints.ResetSampling, OwnSamplingApi.ResetAsync);
        routes.Map(OwnEndpoints.ImportSampling, OwnSamplingApi.ImportAsync);
        routes.Map(OwnEndpoints.DryRunSampling, OwnSamplingApi.DryRunAsync);
        routes.Map(OwnEndpoints.Status, StatusAsync);
        new ApiRoutes(endpoints.MapGroup(Prefix), new ProblemErrors(), strict: false).Map(OwnEndpoints.Unknown, UnknownAsync);
        endpoints.MapOpenApi("/openapi/{documentName}.json");
    }

    private static async Task ServicesAsync(ApiContext context)
    {
        var range = SearchParameters.Range(context);
        var answer = await context.Service<SpanCatalog>().ServicesAsync(context.Scope, range, IsAdjusted(context), context.Aborted);
        await context.Http.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("services"u8);
            foreach (var service in answer.Entries)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, service.Name);
                json.WriteNumber("spanCount"u8, service.SpanCount);
                Adjusted(json, service.AdjustedCount);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            Partial(json, answer.Partial);
            AnswerNotes.Write(json, context, range);
            json.WriteEndObject();
        });
    }

    private static async Task OperationsAsync(ApiContext context)
    {
        var range = SearchParameters.Range(context);
        var answer = await context.Service<SpanCatalog>().OperationsAsync(context.Scope, context.One("service"), null, range, IsAdjusted(context), context.Aborted);
        await context.Http.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("operations"u8);
            foreach (var operation in answer.Entries)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, operation.Name);
                json.WriteString("kind"u8, OwnNames.Of(operation.Kind));
                json.WriteNumber("spanCount"u8, operation.SpanCount);
                Adjusted(json, operation.AdjustedCount);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            Partial(json, answer.Partial);
            AnswerNotes.Write(json, context, range);
            json.WriteEndObject();
        });
    }

    private static bool IsAdjusted(ApiContext context) => SearchParameters.Choice(context, "adjusted", ["true"]) is not null;

    private static void Adjusted(Utf8JsonWriter json, double? count)
    {
        if (count is { } spans)
        {
            json.WriteNumber("adjustedCount"u8, Math.Round(spans, 2));
        }
    }

    private static async Task SearchAsync(ApiContext context)
    {
        var engine = context.Service<QueryEngine>();
        var query = SearchParameters.Read(context, engine.Options.MaxLimit);
        var page = await engine.SearchAsync(context.Scope, query, SearchAnswer.Projector(), context.Aborted);
        await context.Http.WriteJsonAsync(json => SearchAnswer.Write(json, page, () => AnswerNotes.Write(json, context, query.Range)));
    }

    private static async Task TraceAsync(ApiContext context)
    {
        var trace = await ReadAsync(context);
        var tree = SpanTree.Build(trace.Spans);
        await OtlpJsonWriter.WriteTraceAsync(context.Http, trace.Spans, tree.Rows[..tree.Count]);
    }

    private static async Task DeleteTraceAsync(ApiContext context)
    {
        var traceId = TraceIdOf(context);
        int deleted;
        try
        {
            // Not ended with the request: half a deletion helps nobody.
            deleted = await context.Service<SpanPipeline>().DeleteTracesAsync(context.Scope.Tenant, [traceId], CancellationToken.None);
        }
        catch (StoreUnavailableException exception)
        {
            context.Http.Response.Headers.RetryAfter = "5";
            throw new ApiProblem(
                StatusCodes.Status503ServiceUnavailable, "Not available", $"It may be deleted in part; try again. {exception.Message}");
        }
        if (deleted == 0)
        {
            throw ApiProblem.NotFound($"No span of trace {traceId} is known.");
        }
        await context.Http.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("deletedTraces"u8, deleted);
            json.WriteEndObject();
        });
    }

    private static async Task SummaryAsync(ApiContext context)
    {
        var entry = SearchAnswer.Projector()(await ReadAsync(context));
        await context.Http.WriteJsonAsync(json => SearchAnswer.Write(json, entry));
    }

    private static async Task SkeletonAsync(ApiContext context)
    {
        var trace = await ReadAsync(context);
        var (buffer, length) = SkeletonWriter.Write(trace);
        try
        {
            context.Http.Response.ContentType = SkeletonWriter.ContentType;
            context.Http.Response.ContentLength = length;
            await context.Http.Response.Body.WriteAsync(buffer.AsMemory(0, length), context.Aborted);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task SpansAsync(ApiContext context)
    {
        if (!SpanId.TryParse(context.Path("spanId"), out var spanId))
        {
            throw ApiProblem.Parameter("spanId", "expected 1 to 16 hex digits.");
        }
        var trace = await ReadAsync(context);
        var tree = SpanTree.Build(trace.Spans);
        var analyzer = new TraceAnalyzer();
        analyzer.Analyze(trace.Spans, tree);
        var found = Enumerable.Range(0, tree.Count).Where(i => trace.Spans.Spans.SpanIds[tree.Rows[i]] == spanId).ToList();
        if (found.Count == 0)
        {
            throw ApiProblem.NotFound($"No span {spanId} of trace {trace.TraceId} is known.");
        }
        await context.Http.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("spans"u8);
            foreach (int i in found)
            {
                SpanDetailWriter.Write(json, trace.Spans, tree, analyzer, i);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static async Task SearchInTraceAsync(ApiContext context)
    {
        string text = context.One("q") is { Length: > 0 } q ? q : throw ApiProblem.Parameter("q", "expected at least one character.");
        var trace = await ReadAsync(context);
        var tree = SpanTree.Build(trace.Spans);
        var search = new TraceTextSearch(trace.Spans, text);
        await context.Http.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("spanIds"u8);
            for (int i = 0; i < tree.Count; i++)
            {
                context.Aborted.ThrowIfCancellationRequested();
                if (search.Matches(tree.Rows[i]))
                {
                    json.WriteStringValue(trace.Spans.Spans.SpanIds[tree.Rows[i]].ToString());
                }
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static Task StatusAsync(ApiContext context)
    {
        var status = context.Service<IStatusSource>().GetStatus();
        return context.Http.WriteJsonAsync(json => JsonSerializer.Serialize(json, status, OwnJson.Default.ServerStatus));
    }

    private static Task UnknownAsync(ApiContext context) =>
        throw ApiProblem.NotFound($"There is no endpoint {context.Http.Request.Method} {context.Http.Request.Path}.");

    private static TraceId TraceIdOf(ApiContext context) =>
        TraceId.TryParse(context.Path("traceId"), out var traceId) ? traceId : throw ApiProblem.Parameter("traceId", "expected 1 to 32 hex digits.");

    private static async Task<MergedTrace> ReadAsync(ApiContext context)
    {
        var traceId = TraceIdOf(context);
        var trace = await context.Service<QueryEngine>().ReadTraceAsync(context.Scope, traceId, context.Aborted)
            ?? throw ApiProblem.NotFound($"No span of trace {traceId} is known.");
        if (trace.Incomplete is not null)
        {
            // A header, for a trace has forms without room for a sentence.
            context.Http.Response.Headers["Clew-Partial"] = trace.Incomplete;
        }
        if (AnswerNotes.OfTrace(context, trace) is { } note)
        {
            context.Http.Response.Headers["Clew-Notes"] = note;
        }
        return trace;
    }

    /// <summary>Says what is missing, where something is.</summary>
    internal static void Partial(Utf8JsonWriter json, string? partial)
    {
        if (partial is not null)
        {
            json.WriteString("partial"u8, partial);
        }
    }
}
