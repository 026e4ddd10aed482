using System.Text.Json;
using Clew.Server.Api.Http;

namespace Clew.Server.Api.Jaeger;

/// <summary>Jaeger's envelope around every answer: <c>{"data":…,"total":n,"limit":0,"offset":0,"errors":null|[…]}</c>.</summary>
internal static class JaegerEnvelope
{
    /// <summary>Ends an envelope whose <c>data</c> is written.</summary>
    public static void WriteEnd(Utf8JsonWriter json, int total, IReadOnlyList<JaegerError> errors)
    {
        json.WriteNumber("total"u8, total);
        json.WriteNumber("limit"u8, 0);
        json.WriteNumber("offset"u8, 0);
        if (errors.Count == 0)
        {
            json.WriteNull("errors"u8);
        }
        else
        {
            json.WriteStartArray("errors"u8);
            foreach (var error in errors)
            {
                json.WriteStartObject();
                json.WriteNumber("code"u8, error.Code);
                json.WriteString("msg"u8, error.Message);
                if (error.TraceId is not null)
                {
                    json.WriteString("traceID"u8, error.TraceId);
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    /// <summary>Writes a list of short things with its length as the total.</summary>
    public static Task WriteListAsync<T>(HttpContext context, IReadOnlyList<T> items, string? partial, Action<Utf8JsonWriter, T> write) =>
        context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data"u8);
            foreach (var item in items)
            {
                write(json, item);
            }
            json.WriteEndArray();
            WriteEnd(json, items.Count, partial is null ? [] : [new JaegerError(StatusCodes.Status503ServiceUnavailable, partial)]);
        });
}
