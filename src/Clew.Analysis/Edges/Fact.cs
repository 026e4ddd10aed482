namespace Clew.Analysis.Edges;

/// <summary>
/// What attributes tell of the other end of a call, by the semantic conventions of today and those before them. Where several say the
/// same, the first of them that is there counts.
/// </summary>
internal enum Fact : byte
{
    None,
    DbSystemName,
    DbSystem,
    DbNamespace,
    DbName,
    MessagingSystem,
    MessagingDestinationTemplate,
    MessagingDestinationName,
    MessagingDestination,
    MessagingOperationType,
    MessagingOperation,
    RpcSystemName,
    RpcSystem,
    RpcService,
    HttpRequestMethod,
    HttpMethod,
    ServicePeerName,
    PeerService,
    ServerAddress,
    NetPeerName,
    HttpHost,
    UrlFull,
    HttpUrl,
    NetworkPeerAddress,
    NetSockPeerName,
    NetSockPeerAddress,
    NetPeerIp,
}
