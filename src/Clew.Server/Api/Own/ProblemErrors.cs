using Clew.Server.Api.Http;

namespace Clew.Server.Api.Own;

/// <summary>Errors as <c>application/problem+json</c>.</summary>
internal sealed class ProblemErrors : IApiErrors
{
    public Task WriteAsync(HttpContext context, ApiProblem problem)
    {
        context.Response.StatusCode = problem.Status;
        return context.WriteJsonAsync(
            json =>
            {
                json.WriteStartObject();
                json.WriteString("title"u8, problem.Title);
                json.WriteNumber("status"u8, problem.Status);
                json.WriteString("detail"u8, problem.Detail);
                json.WriteEndObject();
            },
            "application/problem+json");
    }
}
