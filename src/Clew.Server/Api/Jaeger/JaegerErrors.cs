using Clew.Server.Api.Http;

namespace Clew.Server.Api.Jaeger;

/// <summary>Errors in Jaeger's envelope.</summary>
internal sealed class JaegerErrors : IApiErrors
{
    public Task WriteAsync(HttpContext context, ApiProblem problem)
    {
        context.Response.StatusCode = problem.Status;
        return context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteNull("data"u8);
            JaegerEnvelope.WriteEnd(json, 0, [new JaegerError(problem.Status, problem.Detail)]);
        });
    }
}
