using System.Buffers;
using System.Text.Json;
using Clew.Core.Model;
using Clew.Query;
using Clew.Query.Catalog;
using Clew.Query.Search;
using Clew.Server.Api.Http;

namespace Clew.Server.Api.Jaeger;

/// <summary>Jaeger's HTTP API v1, over the same engine as Clew's own; described in docs/api/jaeger.md.</summary>
public static class JaegerApi
{
    /// <summary>Traces asked of the engine at once; what is held in memory of a search.</summary>
    private const int Chunk = 100;

    /// <summary>
    /// Maps the API. It owns <c>/</c>, <c>/search</c> and <c>/trace</c>: map it where the web UI is not (its own port), and put
    /// conditions such as <c>RequireHost</c> on the group that is handed in.
    /// </summary>
    public static void MapJaegerApi(this IEndpointRouteBuilder endpoints, JaegerOptions options)
    {
        var routes = new ApiRoutes(endpoints, new JaegerErrors(), strict: false);
        routes.Map(JaegerEndpoints.Services, ServicesAsync);
        routes.Map(JaegerEndpoints.ServiceOperations, ServiceOperationsAsync);
        routes.Map(JaegerEndpoints.Operations, OperationsAsync);
        routes.Map(JaegerEndpoints.Search, context => SearchAsync(context, options));
        routes.Map(JaegerEndpoints.Trace, TraceAsync);
        routes.Map(JaegerEndpoints.Dependencies, JaegerDependencies.WriteAsync);
        routes.Map(JaegerEndpoints.Metrics, _ => throw Absent("metrics querying is currently disabled"));
        routes.Map(JaegerEndpoints.Archive, _ => throw Absent("archive span storage was not configured"));
        routes.Map(JaegerEndpoints.Transform, _ => throw Absent("transforming OTLP is not available yet"));
        routes.Map(JaegerEndpoints.Unknown, context => throw ApiProblem.NotFound($"no such endpoint: {context.Http.Request.Method} {context.Http.Request.Path}"));
        routes.Map(JaegerEndpoints.Home, context => Redirect(context, options, JaegerRedirects.Home));
        routes.Map(JaegerEndpoints.SearchPage, context => Redirect(context, options, JaegerRedirects.Search));
        routes.Map(JaegerEndpoints.TracePage, context => Redirect(context, options, JaegerRedirects.Trace));
    }

    private static async Task ServicesAsync(ApiContext context)
    {
        var answer = await context.Service<SpanCatalog>().ServicesAsync(context.Scope, TimeRange.All, context.Aborted);
        var names = answer.Entries.Select(s => JaegerNames.ServiceToJaeger(s.Name)).Order(StringComparer.Ordinal).ToList();
        await JaegerEnvelope.WriteListAsync(context.Http, names, answer.Partial, (json, name) => json.WriteStringValue(name));
    }

    private static async Task ServiceOperationsAsync(ApiContext context)
    {
        // A slash within a name travels as %2F, which the server leaves in place.
        string service = context.Path("service").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        var answer = await context.Service<SpanCatalog>().OperationsAsync(
            context.Scope, JaegerNames.ServiceFromJaeger(service), null, TimeRange.All, context.Aborted);
        var names = answer.Entries.Select(o => o.Name).Distinct().ToList();
        await JaegerEnvelope.WriteListAsync(context.Http, names, answer.Partial, (json, name) => json.WriteStringValue(name));
    }

    private static async Task OperationsAsync(ApiContext context)
    {
        string service = JaegerParameters.First(context, "service") ?? throw JaegerParameters.Bad("parameter 'service' is required");
        SpanKind? kind = null;
        if (JaegerParameters.First(context, "spanKind") is { } text)
        {
            kind = JaegerNames.TryParseKind(text, out var parsed)
                ? parsed
                : throw JaegerParameters.Bad($"unable to parse param 'spanKind': expected internal, server, client, producer or consumer, received: {text}");
        }
        var answer = await context.Service<SpanCatalog>().OperationsAsync(
            context.Scope, JaegerNames.ServiceFromJaeger(service), kind, TimeRange.All, context.Aborted);
        await JaegerEnvelope.WriteListAsync(context.Http, answer.Entries, answer.Partial, (json, operation) =>
        {
            json.WriteStartObject();
            json.WriteString("name"u8, operation.Name);
            json.WriteString("spanKind"u8, JaegerNames.Of(operation.Kind));
            json.WriteEndObject();
        });
    }

    private static async Task TraceAsync(ApiContext context)
    {
        // start and end only help a storage that needs them: a trace is always found whole.
        var traceId = JaegerParameters.ParseTraceId(context.Path("traceId"));
        var trace = await context.Service<QueryEngine>().ReadTraceAsync(context.Scope, traceId, context.Aborted)
            ?? throw ApiProblem.NotFound("trace not found");
        await WriteTracesAsync(context, async json =>
        {
            JaegerTraceWriter.Write(json, trace);
            await json.FlushIfLongAsync(context.Http);
            return [];
        });
    }

    private static async Task SearchAsync(ApiContext context, JaegerOptions options)
    {
        var search = JaegerParameters.Read(context, options, context.Service<TimeProvider>().GetUtcNow());
        if (search.TraceIds.Count > 0)
        {
            await WriteTracesAsync(context, json => ByIdsAsync(context, search, json));
            return;
        }
        // The first chunk is read before anything is written, so that a refused query has its own status.
        var engine = context.Service<QueryEngine>();
        var first = await ChunkAsync(context, engine, search, null, search.Limit);
        await WriteTracesAsync(context, async json =>
        {
            var page = first;
            for (int listed = 0; ;)
            {
                foreach (byte[] trace in page.Traces)
                {
                    json.WriteRawValue(trace, skipInputValidation: true);
                    await json.FlushIfLongAsync(context.Http);
                }
                listed += page.Traces.Count;
                if (page.Partial is not null)
                {
                    return [new JaegerError(StatusCodes.Status503ServiceUnavailable, page.Partial)];
                }
                if (page.Next is null || listed >= search.Limit)
                {
                    return [];
                }
                try
                {
                    page = await ChunkAsync(context, engine, search, page.Next, search.Limit - listed);
                }
                catch (QueryOverloadedException e)
                {
                    return [new JaegerError(StatusCodes.Status503ServiceUnavailable, e.Message)];
                }
            }
        });
    }

    private static async Task<TracePage<byte[]>> ChunkAsync(
        ApiContext context, QueryEngine engine, JaegerSearch search, TraceCursor? after, int wanted)
    {
        int limit = Math.Min(Math.Min(wanted, Chunk), engine.Options.MaxLimit);
        var query = new TraceQuery { Range = search.Range, Predicates = search.Predicates, Limit = limit, After = after };
        var options = Options(context);
        return await engine.SearchAsync(context.Scope, query, Project, context.Aborted);

        byte[] Project(Query.Traces.MergedTrace trace)
        {
            var buffer = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(buffer, options))
            {
                JaegerTraceWriter.Write(json, trace);
            }
            return buffer.WrittenSpan.ToArray();
        }
    }

    private static async Task<IReadOnlyList<JaegerError>> ByIdsAsync(ApiContext context, JaegerSearch search, Utf8JsonWriter json)
    {
        var errors = new List<JaegerError>();
        var engine = context.Service<QueryEngine>();
        foreach (var id in search.TraceIds.Take(search.Limit))
        {
            Query.Traces.MergedTrace? trace;
            try
            {
                trace = await engine.ReadTraceAsync(context.Scope, id, context.Aborted);
            }
            catch (TraceMayBeLostException e)
            {
                errors.Add(new JaegerError(StatusCodes.Status404NotFound, e.Message, JaegerNames.Of(id)));
                continue;
            }
            catch (Exception e) when (e is QueryOverloadedException or QueryTimeoutException)
            {
                errors.Add(new JaegerError(StatusCodes.Status503ServiceUnavailable, e.Message, JaegerNames.Of(id)));
                continue;
            }
            if (trace is not null)
            {
                JaegerTraceWriter.Write(json, trace);
                await json.FlushIfLongAsync(context.Http);
            }
            else
            {
                errors.Add(new JaegerError(StatusCodes.Status404NotFound, "trace not found", JaegerNames.Of(id)));
            }
        }
        return errors;
    }

    private static async Task WriteTracesAsync(ApiContext context, Func<Utf8JsonWriter, Task<IReadOnlyList<JaegerError>>> writeTraces)
    {
        context.Http.Response.ContentType = "application/json";
        // Not disposed on failure: that would hand on half an answer.
        var json = new Utf8JsonWriter(context.Http.Response.BodyWriter, Options(context));
        json.WriteStartObject();
        json.WriteStartArray("data"u8);
        var errors = await writeTraces(json);
        json.WriteEndArray();
        JaegerEnvelope.WriteEnd(json, 0, errors);
        await json.DisposeAsync();
    }

    private static JsonWriterOptions Options(ApiContext context) =>
        JaegerParameters.First(context, "prettyPrint") is "true" or "1" ? JsonText.Indented : JsonText.Options;

    private static Task Redirect(ApiContext context, JaegerOptions options, Func<Uri, ApiContext, string> page)
    {
        var ui = options.WebUi(context.Http) ?? throw ApiProblem.NotFound("the web UI is off");
        context.Http.Response.Redirect(page(ui, context));
        return Task.CompletedTask;
    }

    private static ApiProblem Absent(string message) => new(StatusCodes.Status501NotImplemented, "Not implemented", message);
}
