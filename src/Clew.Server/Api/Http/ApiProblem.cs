namespace Clew.Server.Api.Http;

/// <summary>An answer that is an error the client is told about in words. The message never holds more than the client may know.</summary>
internal sealed class ApiProblem(int status, string title, string detail) : Exception(detail)
{
    public int Status => status;

    public string Title => title;

    public string Detail => Message;

    public static ApiProblem Parameter(string name, string expected) =>
        new(StatusCodes.Status400BadRequest, "Bad parameter", $"Parameter '{name}': {expected}");

    public static ApiProblem NotFound(string detail) => new(StatusCodes.Status404NotFound, "Not found", detail);
}
