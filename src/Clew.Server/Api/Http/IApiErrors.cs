namespace Clew.Server.Api.Http;

/// <summary>How an API says that something went wrong.</summary>
internal interface IApiErrors
{
    Task WriteAsync(HttpContext context, ApiProblem problem);
}
