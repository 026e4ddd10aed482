using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Shop.Hosting;

/// <summary>The smallest web server that will do: Kestrel on loopback, routing, nothing else.</summary>
internal static class LoopbackServer
{
    private const long LargestBody = 1 << 20;

    /// <summary>Starts a server on the ports given, in which 0 means one the system chooses.</summary>
    /// <exception cref="IOException">A port is taken.</exception>
    public static async Task<WebApplication> StartAsync(int[] ports, Action<WebApplication> configure)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            foreach (int port in ports)
                kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        configure(app);
        await app.StartAsync();
        return app;
    }

    /// <summary>The ports a started server listens on, in the order they were asked for.</summary>
    public static int[] Ports(WebApplication app)
        => [.. app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>()
            .Addresses.Select(address => new Uri(address).Port)];
}
