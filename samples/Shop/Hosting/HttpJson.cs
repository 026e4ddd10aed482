using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Shop.Hosting;

/// <summary>JSON in and out of a request, with types known at compile time.</summary>
internal static class HttpJson
{
    public static async Task<T> ReadJsonAsync<T>(this HttpContext http, JsonTypeInfo<T> type)
        => await http.Request.ReadFromJsonAsync(type, http.RequestAborted)
            ?? throw new ProblemException(StatusCodes.Status400BadRequest, "The body is empty.");

    public static Task WriteJsonAsync<T>(this HttpContext http, T value, JsonTypeInfo<T> type)
        => http.Response.WriteAsJsonAsync(value, type, "application/json", http.RequestAborted);

    /// <summary>A value of the route, which the route guarantees.</summary>
    public static string Route(this HttpContext http, string name) => (string)http.Request.RouteValues[name]!;

    /// <summary>A value of the query, or empty.</summary>
    public static string Query(this HttpContext http, string name) => http.Request.Query[name].ToString();
}
