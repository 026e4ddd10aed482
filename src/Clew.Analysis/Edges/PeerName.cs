using Clew.Core.Series;

namespace Clew.Analysis.Edges;

/// <summary>The name of the other end of a call that only one end tells of: one text, or two joined by a slash.</summary>
/// <param name="First">String id; 0 where nothing is told.</param>
/// <param name="Second">String id; 0 where there is none.</param>
/// <param name="IsUrl">True where the first is a URL, or a host with a port, of which the host is the name.</param>
internal readonly record struct PeerName(int First, int Second, bool IsUrl)
{
    /// <summary>What a sender says of its receiver, or a consumer of the queue it takes from.</summary>
    public static PeerName Of(SpanFacts facts, ConnectionType connection)
    {
        if (connection == ConnectionType.Database)
        {
            return new PeerName(
                facts.FirstOf(Fact.DbSystemName, Fact.DbSystem),
                facts.FirstOf(Fact.DbNamespace, Fact.DbName, Fact.ServerAddress, Fact.NetPeerName),
                false);
        }
        if (connection == ConnectionType.Messaging)
        {
            int destination = facts.FirstOf(
                Fact.MessagingDestinationTemplate, Fact.MessagingDestinationName, Fact.MessagingDestination,
                Fact.ServerAddress, Fact.NetPeerName);
            int system = facts[Fact.MessagingSystem];
            if (system != 0 || destination != 0)
            {
                return system == 0 ? new PeerName(destination, 0, false) : new PeerName(system, destination, false);
            }
        }
        return Host(facts);
    }

    /// <summary>Who a server says calls it; mostly nobody.</summary>
    public static PeerName OfCaller(SpanFacts facts) => new(facts.FirstOf(Fact.ServicePeerName, Fact.PeerService), 0, false);

    /// <summary>The host in a URL, or in a host with a port: without scheme, user, port and path. All of it where that leaves nothing.</summary>
    public static ReadOnlySpan<byte> HostOf(ReadOnlySpan<byte> url)
    {
        var host = url;
        int scheme = host.IndexOf("://"u8);
        if (scheme >= 0)
        {
            host = host[(scheme + 3)..];
        }
        int path = host.IndexOfAny("/?#"u8);
        if (path >= 0)
        {
            host = host[..path];
        }
        host = host[(host.LastIndexOf((byte)'@') + 1)..];
        if (host.StartsWith("["u8))
        {
            int end = host.IndexOf((byte)']');
            host = end > 0 ? host[1..end] : host;
        }
        else if (host.IndexOf((byte)':') is var port and >= 0 && port == host.LastIndexOf((byte)':'))
        {
            host = host[..port];
        }
        return host.IsEmpty ? url : host;
    }

    private static PeerName Host(SpanFacts facts)
    {
        int name = facts.FirstOf(Fact.ServicePeerName, Fact.PeerService, Fact.ServerAddress, Fact.NetPeerName);
        if (name != 0)
        {
            return new PeerName(name, 0, false);
        }
        name = facts.FirstOf(Fact.HttpHost, Fact.UrlFull, Fact.HttpUrl);
        return name != 0
            ? new PeerName(name, 0, true)
            : new PeerName(
                facts.FirstOf(Fact.NetSockPeerName, Fact.NetworkPeerAddress, Fact.NetSockPeerAddress, Fact.NetPeerIp, Fact.RpcService), 0, false);
    }
}
