using System.Diagnostics;
using Clew.Core.Measures;
using Clew.Query;
using Clew.Storage;
using Microsoft.AspNetCore.ResponseCompression;

namespace Clew.Server.Api.Http;

/// <summary>Maps the endpoints of one API; the only way in which endpoints over spans are mapped.</summary>
/// <remarks>
/// Every request takes these steps:
/// 1. headers that all answers share, compression;
/// 2. its scope is resolved, or it is refused;
/// 3. where the API is strict, unknown and doubled parameters are refused;
/// 4. the handler runs;
/// 5. whatever it throws becomes an error in the API's own form, without a stack trace;
/// 6. how long it took is noted.
/// </remarks>
internal sealed partial class ApiRoutes(IEndpointRouteBuilder endpoints, IApiErrors errors, bool strict)
{
    private readonly ILogger logger = endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("Clew.Api");

    private readonly ApiMeasures measures = endpoints.ServiceProvider.GetRequiredService<ApiMeasures>();
    private readonly TimeProvider clock = endpoints.ServiceProvider.GetRequiredService<TimeProvider>();

    public void Map(ApiEndpoint endpoint, Func<ApiContext, Task> handler)
    {
        var services = endpoints.ServiceProvider;
        var scopes = services.GetRequiredService<IQueryScopeResolver>();
        RequestDelegate run = context => RunAsync(context, endpoint, scopes, handler);
        var compressed = new ResponseCompressionMiddleware(run, services.GetRequiredService<IResponseCompressionProvider>());
        var mapped = endpoint.Method == "*"
            ? endpoints.Map(endpoint.Pattern, compressed.Invoke)
            : endpoints.MapMethods(endpoint.Pattern, [endpoint.Method], compressed.Invoke);
        mapped.WithMetadata(endpoint);
    }

    private async Task RunAsync(HttpContext context, ApiEndpoint endpoint, IQueryScopeResolver scopes, Func<ApiContext, Task> handler)
    {
        long began = clock.GetTimestamp();
        bool isProbe = false;
        Activity? trace = null;
        try
        {
            // 1
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers.XContentTypeOptions = "nosniff";
            // 2
            var scope = scopes.Resolve(context)
                ?? throw new ApiProblem(StatusCodes.Status403Forbidden, "Forbidden", "This request may not read spans.");
            isProbe = scope.Tenant.IsProbe;
            trace = isProbe || !endpoint.IsTraced ? null : SelfTrace.Begin(Name(context), ActivityKind.Server);
            // 3
            if (strict)
            {
                CheckParameters(context.Request.Query, endpoint);
            }
            // 4
            await handler(new ApiContext(context, scope));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (Exception exception) when (!HasAnswer(context))
        {
            // 5
            context.Response.ContentLength = null;
            await errors.WriteAsync(context, Problem(exception, context));
        }
        catch (Exception exception)
        {
            LogFailed(exception, context.Request.Path);
            context.Abort();
        }
        finally
        {
            // 6
            if (!isProbe)
            {
                int status = context.Response.StatusCode;
                var taken = clock.GetElapsedTime(began);
                trace?.SetTag("http.response.status_code", status);
                trace?.SetTag("url.query", context.Request.QueryString.Value);
                trace?.SetStatus(status >= StatusCodes.Status500InternalServerError ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
                measures.Add(Name(context), status, taken, SelfTrace.Exemplar(trace, taken.TotalSeconds, clock.GetUtcNow()));
                trace?.Dispose();
            }
        }
    }

    /// <summary>The pattern by which a request was routed.</summary>
    private static string Name(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";

    /// <summary>True where a part of an answer was written already: it cannot be taken back, only broken off.</summary>
    private static bool HasAnswer(HttpContext context)
    {
        var body = context.Response.BodyWriter;
        return context.Response.HasStarted || (body.CanGetUnflushedBytes && body.UnflushedBytes > 0);
    }

    private ApiProblem Problem(Exception exception, HttpContext context)
    {
        switch (exception)
        {
            case ApiProblem problem:
                return problem;
            case BadHttpRequestException bad:
                return new ApiProblem(bad.StatusCode, "Bad request", bad.Message);
            case QueryOverloadedException or QueryTimeoutException:
                context.Response.Headers.RetryAfter = "1";
                return new ApiProblem(StatusCodes.Status503ServiceUnavailable, "Busy", exception.Message);
            case TraceMayBeLostException lost:
                context.Response.Headers["Clew-Partial"] = lost.Damage;
                return ApiProblem.NotFound(lost.Message);
            case StoreUnavailableException:
                LogFailed(exception, context.Request.Path);
                context.Response.Headers.RetryAfter = "5";
                return new ApiProblem(StatusCodes.Status503ServiceUnavailable, "Not available", "A part of the stored spans cannot be read.");
            default:
                LogFailed(exception, context.Request.Path);
                return new ApiProblem(StatusCodes.Status500InternalServerError, "Internal error", "The request failed; the server's log says why.");
        }
    }

    private static void CheckParameters(IQueryCollection query, ApiEndpoint endpoint)
    {
        foreach (var (name, values) in query)
        {
            // Names are compared as they are: the framework's query collection would take any case.
            var parameter = endpoint.Parameters.FirstOrDefault(p => !p.InPath && p.Name == name);
            if (parameter is null)
            {
                var known = endpoint.Parameters.Where(p => !p.InPath).Select(p => p.Name).ToArray();
                throw ApiProblem.Parameter(name, known.Length == 0
                    ? "unknown; this endpoint takes no parameters."
                    : $"unknown; this endpoint takes {string.Join(", ", known)}.");
            }
            if (!parameter.Repeatable && values.Count > 1)
            {
                throw ApiProblem.Parameter(name, "given more than once, expected once.");
            }
        }
        foreach (var parameter in endpoint.Parameters)
        {
            if (parameter.Required && !parameter.InPath && !query.ContainsKey(parameter.Name))
            {
                throw ApiProblem.Parameter(parameter.Name, "required.");
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "A request to {Path} failed.")]
    private partial void LogFailed(Exception exception, string path);
}
