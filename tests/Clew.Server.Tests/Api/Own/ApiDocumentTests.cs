using System.Text.Json;
using Clew.Server.Tests.Api.Support;

namespace Clew.Server.Tests.Api.Own;

public sealed class ApiDocumentTests
{
    [Fact]
    public async Task The_document_describes_every_endpoint_and_every_parameter()
    {
        await using var host = await ApiHost.Own(SharedTraces.Source());
        var document = await host.Json("/openapi/v1.json");
        var paths = document.GetProperty("paths").EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
        var mapped = host.Endpoints
            .Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/'))
            .Where(p => !p.Contains("{**", StringComparison.Ordinal) && !p.StartsWith("/openapi", StringComparison.Ordinal));
        Assert.Equal(mapped.Distinct().Order(StringComparer.Ordinal), paths.Keys.Order(StringComparer.Ordinal));
        foreach (var (path, item) in paths)
        {
            var get = item.EnumerateObject().First().Value;
            Assert.NotEmpty(get.GetProperty("summary").GetString()!);
            Assert.True(get.GetProperty("responses").TryGetProperty("200", out _));
            foreach (var parameter in get.TryGetProperty("parameters", out var list) ? list.EnumerateArray() : [])
            {
                Assert.NotEmpty(parameter.GetProperty("description").GetString()!);
                Assert.True(parameter.TryGetProperty("schema", out _));
                if (parameter.GetProperty("in").GetString() == "path")
                {
                    Assert.Contains($"{{{parameter.GetProperty("name").GetString()}}}", path, StringComparison.Ordinal);
                }
            }
        }
        var search = paths["/api/clew/v1/search"].GetProperty("get").GetProperty("parameters");
        Assert.Equal(13, search.GetArrayLength());
        Assert.StartsWith("3.", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
    }
}
