using System.Net;
using System.Net.Sockets;
using Clew.Server.Hosting.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Clew.Server.Hosting.Listeners;

/// <summary>Opens Clew's ports and remembers what the system chose.</summary>
internal sealed class ListenerSetup(ListenConfig config, TimeSpan headersTimeout)
{
    private readonly Dictionary<Listener, ListenOptions> opened = [];

    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        // Connections with prior knowledge of HTTP/2 look encrypted to Kestrel, their requests carry the scheme http.
        kestrel.AllowAlternateSchemes = true;
        foreach (var (listener, address) in config.All())
        {
            if (address.IsOff)
            {
                continue;
            }
            void Open(ListenOptions options)
            {
                opened[listener] = options;
                options.Protocols = listener == Listener.OtlpGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1AndHttp2;
                options.Use(next => connection =>
                {
                    connection.Features.Set(new ListenerFeature(listener));
                    return next(connection);
                });
                if (listener != Listener.OtlpGrpc)
                {
                    options.Use(PriorKnowledgeHttp2.Within(headersTimeout, TimeProvider.System));
                }
            }
            if (address.IsLocalhost && address.Port != 0 && Socket.OSSupportsIPv6)
            {
                kestrel.ListenLocalhost(address.Port, Open);
            }
            else
            {
                kestrel.Listen(address.Address!, address.Port, Open);
            }
        }
    }

    /// <summary>Where this process reaches a listener of its own, once the server has started; null where it is off.</summary>
    public string? LocalAddress(Listener listener)
    {
        if (Address(listener) is not { } known)
        {
            return null;
        }
        var bound = config.All().First(entry => entry.Listener == listener).Address.Address;
        string port = known[(known.LastIndexOf(':') + 1)..];
        return IPAddress.Any.Equals(bound) ? $"127.0.0.1:{port}"
            : IPAddress.IPv6Any.Equals(bound) ? $"[::1]:{port}"
            : known;
    }

    /// <summary>
    /// The address of a listener as a client on this machine writes it, <c>host:port</c>, once the server has started; null where it is off.
    /// </summary>
    public string? Address(Listener listener)
    {
        if (!opened.TryGetValue(listener, out var options))
        {
            return null;
        }
        var address = config.All().First(entry => entry.Listener == listener).Address;
        int port = options.IPEndPoint?.Port is > 0 and int chosen ? chosen : address.Port;
        return address.IsLocalhost ? $"localhost:{port}"
            : address.Address!.Equals(IPAddress.Any) || address.Address.Equals(IPAddress.IPv6Any) ? $"{Dns.GetHostName()}:{port}"
            : new IPEndPoint(address.Address, port).ToString();
    }
}
