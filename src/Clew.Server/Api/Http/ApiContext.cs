using System.Globalization;
using Clew.Query;

namespace Clew.Server.Api.Http;

/// <summary>A request on its way through an endpoint: in whose scope it runs and what it asks.</summary>
internal sealed class ApiContext(HttpContext http, QueryScope scope)
{
    public HttpContext Http => http;

    /// <summary>Handed to every call of the query engine.</summary>
    public QueryScope Scope => scope;

    /// <summary>Cancelled when the client goes away.</summary>
    public CancellationToken Aborted => http.RequestAborted;

    public T Service<T>()
        where T : notnull => http.RequestServices.GetRequiredService<T>();

    /// <summary>The part of the path of that name.</summary>
    public string Path(string name) => (string)http.Request.RouteValues[name]!;

    /// <summary>The value of a singular parameter, or null where it is absent. An empty value is a value.</summary>
    public string? One(string name) => http.Request.Query.TryGetValue(name, out var values) ? values[^1] ?? "" : null;

    /// <summary>All values of a repeatable parameter.</summary>
    public IReadOnlyList<string> All(string name) =>
        http.Request.Query.TryGetValue(name, out var values) ? [.. values.Select(v => v ?? "")] : [];

    /// <summary>A whole number between two bounds, or the default where it is absent.</summary>
    public int Integer(string name, int defaultValue, int min, int max)
    {
        if (One(name) is not { } text)
        {
            return defaultValue;
        }
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max
            ? value
            : throw ApiProblem.Parameter(name, FormattableString.Invariant($"expected a whole number from {min} to {max}."));
    }
}
