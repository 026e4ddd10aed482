using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Clew.Ingest.Otlp.Http;

/// <summary>Says which web pages may send, by the origins in <see cref="OtlpOptions.CorsOrigins"/>.</summary>
internal sealed class CorsPolicy(ImmutableArray<string> origins)
{
    private const string MaxAgeSeconds = "7200";

    private readonly bool any = origins.Contains("*");
    private readonly bool loopback = origins.Contains("loopback");

    /// <summary>Adds the headers of an actual request.</summary>
    public void Apply(HttpContext context)
    {
        string? origin = context.Request.Headers.Origin;
        if (origin is null)
        {
            return;
        }
        var headers = context.Response.Headers;
        headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        if (Allows(origin))
        {
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlExposeHeaders = HeaderNames.RetryAfter;
        }
    }

    /// <summary>Answers a preflight.</summary>
    public void Preflight(HttpContext context)
    {
        Apply(context);
        var request = context.Request.Headers;
        var response = context.Response.Headers;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        if (response.AccessControlAllowOrigin.Count == 0)
        {
            return;
        }
        response.AccessControlAllowMethods = HttpMethods.Post;
        response.AccessControlAllowHeaders = request.AccessControlRequestHeaders;
        response.AccessControlMaxAge = MaxAgeSeconds;
        if (request.ContainsKey("Access-Control-Request-Private-Network"))
        {
            response["Access-Control-Allow-Private-Network"] = "true";
        }
    }

    private bool Allows(string origin)
    {
        if (any)
        {
            return true;
        }
        foreach (string allowed in origins)
        {
            if (string.Equals(allowed, origin, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }
        return loopback && Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.IsLoopback && uri.Host.Length > 0;
    }
}
