using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Shop.Hosting;
using Shop.Model;

namespace Shop.Telemetry;

/// <summary>
/// The first middleware: gives ASP.NET Core's span its HTTP attributes, its name and its status, and turns exceptions into
/// answers, a failed call below into the failure it stands for.
/// </summary>
internal static class ServerSpans
{
    public static async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var activity = http.Features.Get<IHttpActivityFeature>()?.Activity;
        if (activity is not null)
            Describe(activity, http.Request);
        try
        {
            await next(http);
        }
        catch (ProblemException e)
        {
            await AnswerAsync(http, e.Status, e.Message);
        }
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested)
        {
            activity?.AddException(e);
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            activity?.SetTag("error.type", e.GetType().FullName);
            await AnswerAsync(http, e is ServiceCallException ? StatusCodes.Status502BadGateway : StatusCodes.Status500InternalServerError, e.Message);
        }
        finally
        {
            if (activity is not null)
                Conclude(activity, http);
        }
    }

    private static void Describe(Activity activity, HttpRequest request)
    {
        activity.SetTag("http.request.method", request.Method);
        activity.SetTag("url.scheme", request.Scheme);
        activity.SetTag("url.path", request.Path.Value);
        if (request.QueryString.HasValue)
            activity.SetTag("url.query", request.QueryString.Value![1..]);
        activity.SetTag("server.address", request.Host.Host);
        if (request.Host.Port is { } port)
            activity.SetTag("server.port", port);
        activity.SetTag("network.protocol.version", request.Protocol[(request.Protocol.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        if (request.Headers.UserAgent is [{ } agent])
            activity.SetTag("user_agent.original", agent);
    }

    private static void Conclude(Activity activity, HttpContext http)
    {
        string method = http.Request.Method;
        if (http.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route })
        {
            activity.SetTag("http.route", route);
            activity.DisplayName = $"{method} {route}";
        }
        else
        {
            activity.DisplayName = method;
        }

        int status = http.Response.StatusCode;
        activity.SetTag("http.response.status_code", status);
        if (status >= 500 && activity.Status != ActivityStatusCode.Error)
        {
            activity.SetTag("error.type", status.ToString(System.Globalization.CultureInfo.InvariantCulture));
            activity.SetStatus(ActivityStatusCode.Error);
        }
    }

    private static Task AnswerAsync(HttpContext http, int status, string title)
    {
        if (http.Response.HasStarted)
            return Task.CompletedTask;
        http.Response.StatusCode = status;
        return http.WriteJsonAsync(new Problem(title), ShopJson.Default.Problem);
    }
}
