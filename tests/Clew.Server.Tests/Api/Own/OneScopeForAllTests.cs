using System.Net;
using Clew.Query;
using Clew.Server.Api.Http;
using Clew.Server.Tests.Api.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Tests.Api.Own;

public sealed class OneScopeForAllTests
{
    /// <summary>The API's description holds no spans.</summary>
    private static readonly string[] WithoutSpans = ["/openapi/{documentName}.json"];

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task No_endpoint_goes_around_the_scope_of_its_request(bool own)
    {
        var resolver = new Refusing();
        var source = SharedTraces.Source();
        await using var host = own
            ? await ApiHost.Own(source, more: s => s.AddSingleton<IQueryScopeResolver>(resolver))
            : await ApiHost.Jaeger(source, more: s => s.AddSingleton<IQueryScopeResolver>(resolver));
        Assert.True(host.Endpoints.Count > 8);
        foreach (var endpoint in host.Endpoints)
        {
            string pattern = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            if (WithoutSpans.Contains(pattern))
            {
                continue;
            }
            Assert.NotNull(endpoint.Metadata.GetMetadata<ApiEndpoint>());
            string path = pattern
                .Replace("{traceId}", SharedTraces.Id(1), StringComparison.Ordinal)
                .Replace("{spanId}", "0000000000000011", StringComparison.Ordinal)
                .Replace("{service}", "pricing", StringComparison.Ordinal)
                .Replace("{metric}", "calls", StringComparison.Ordinal)
                .Replace("{**path}", "anything/else", StringComparison.Ordinal);
            Assert.DoesNotContain('{', path);
            int before = resolver.Asked;
            string method = endpoint.Metadata.GetMetadata<ApiEndpoint>()!.Method;
            using var request = new HttpRequestMessage(method == "*" ? HttpMethod.Get : HttpMethod.Parse(method), path);
            using var response = await host.Client.SendAsync(request);
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, response.StatusCode));
            Assert.Equal(before + 1, resolver.Asked);
        }
        Assert.Equal(0, source.Hits);
    }

    private sealed class Refusing : IQueryScopeResolver
    {
        public int Asked { get; private set; }

        public QueryScope? Resolve(HttpContext context)
        {
            Asked++;
            return null;
        }
    }
}
