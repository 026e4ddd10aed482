using System.Text.Json;
using System.Text.RegularExpressions;
using Clew.Server.Tests.Api.Support;
using Clew.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Tests.Api.Own;

/// <summary>The API document describes the answers there are: no field of them is missing in it, none of its required ones in them.</summary>
public sealed class AnswersMatchTheDocumentTests
{
    [Theory]
    [InlineData("/services", "/services")]
    [InlineData("/operations", "/operations?service=pricing")]
    [InlineData("/search", "/search?total=exact&limit=1")]
    [InlineData("/search", "/search?limit=100")]
    [InlineData("/traces/{traceId}", "/traces/1")]
    [InlineData("/traces/{traceId}/spans/{spanId}", "/traces/1/spans/12")]
    [InlineData("/traces/{traceId}/spans/{spanId}", "/traces/2/spans/21")]
    [InlineData("/traces/{traceId}/summary", "/traces/1/summary")]
    [InlineData("/traces/{traceId}/summary", "/traces/2/summary")]
    [InlineData("/traces/{traceId}/search", "/traces/1/search?q=o")]
    [InlineData("/red", "/red?from=0")]
    [InlineData("/red", "/red?from=0&by=status&step=10s")]
    [InlineData("/service-map", "/service-map?from=0")]
    [InlineData("/status", "/status")]
    public async Task Every_field_is_described(string pattern, string request)
    {
        var series = await SharedSeries.StoreAsync();
        await using var host = await ApiHost.Own(SharedTraces.Source(), more: services => services.AddSingleton<ISeriesStore>(series));
        var schema = await Schema(host, pattern, "200", "application/json");
        Check(schema, await host.Json(Prefix + (request.Contains("/traces/", StringComparison.Ordinal) ? await Known(host, request) : request)), pattern);
    }

    [Theory]
    [InlineData("/search", "400", "/search?nonsense=1")]
    [InlineData("/traces/{traceId}", "404", "/traces/ffff")]
    public async Task Errors_are_described(string pattern, string status, string request)
    {
        await using var host = await ApiHost.Own(SharedTraces.Source());
        var schema = await Schema(host, pattern, status, "application/problem+json");
        using var response = await host.Client.GetAsync(new Uri(Prefix + request, UriKind.Relative));
        Assert.Equal(status, ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Check(schema, JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync()), pattern);
    }

    private const string Prefix = "/api/clew/v1";

    private static async Task<JsonElement> Schema(ApiHost host, string pattern, string status, string contentType) =>
        (await host.Json("/openapi/v1.json")).GetProperty("paths").GetProperty(Prefix + pattern).GetProperty("get")
            .GetProperty("responses").GetProperty(status).GetProperty("content").GetProperty(contentType).GetProperty("schema");

    /// <summary>The request with the id of the trace that holds the span, or the first trace, in place of a number.</summary>
    private static async Task<string> Known(ApiHost host, string request)
    {
        string operation = request.StartsWith("/traces/2", StringComparison.Ordinal) ? SharedTraces.Hostile : "POST /checkout";
        var page = await host.Json($"{Prefix}/search?operation={Uri.EscapeDataString(operation)}");
        string id = page.GetProperty("traces")[0].GetProperty("traceId").GetString()!;
        return Regex.Replace(request, "^/traces/[12]", "/traces/" + id);
    }

    private static void Check(JsonElement schema, JsonElement value, string path)
    {
        if (!schema.TryGetProperty("type", out var type))
        {
            return;
        }
        switch (type.GetString())
        {
            case "object":
                Assert.Equal(JsonValueKind.Object, value.ValueKind);
                if (!schema.TryGetProperty("properties", out var properties))
                {
                    return;
                }
                foreach (var field in value.EnumerateObject())
                {
                    Assert.True(properties.TryGetProperty(field.Name, out var described), $"{path}.{field.Name} is not described.");
                    Check(described, field.Value, $"{path}.{field.Name}");
                }
                foreach (var required in schema.TryGetProperty("required", out var list) ? list.EnumerateArray() : [])
                {
                    Assert.True(value.TryGetProperty(required.GetString()!, out _), $"{path}.{required} is missing.");
                }
                break;
            case "array":
                Assert.Equal(JsonValueKind.Array, value.ValueKind);
                foreach (var element in value.EnumerateArray())
                {
                    Check(schema.GetProperty("items"), element, path + "[]");
                }
                break;
            case "string":
                Assert.Equal(JsonValueKind.String, value.ValueKind);
                if (schema.TryGetProperty("pattern", out var pattern))
                {
                    Assert.Matches(pattern.GetString()!, value.GetString()!);
                }
                if (schema.TryGetProperty("enum", out var values))
                {
                    Assert.Contains(value.GetString(), values.EnumerateArray().Select(v => v.GetString()));
                }
                break;
            case "integer":
                Assert.True(value.TryGetInt64(out _), path);
                break;
            case "boolean":
                Assert.True(value.ValueKind is JsonValueKind.True or JsonValueKind.False, path);
                break;
            default:
                Assert.Equal(JsonValueKind.Number, value.ValueKind);
                break;
        }
    }
}
