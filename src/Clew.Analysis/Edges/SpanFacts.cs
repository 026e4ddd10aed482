using System.Runtime.CompilerServices;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Series;

namespace Clew.Analysis.Edges;

/// <summary>Picks out of a span's attributes those that tell where it calls. One look at each attribute.</summary>
/// <remarks>Reused from batch to batch; bounded by the number of keys. Belongs to one thread at a time.</remarks>
internal sealed class SpanFacts
{
    private static readonly (Fact Fact, byte[] Key)[] Keys =
    [
        (Fact.DbSystemName, "db.system.name"u8.ToArray()),
        (Fact.DbSystem, "db.system"u8.ToArray()),
        (Fact.DbNamespace, "db.namespace"u8.ToArray()),
        (Fact.DbName, "db.name"u8.ToArray()),
        (Fact.MessagingSystem, "messaging.system"u8.ToArray()),
        (Fact.MessagingDestinationTemplate, "messaging.destination.template"u8.ToArray()),
        (Fact.MessagingDestinationName, "messaging.destination.name"u8.ToArray()),
        (Fact.MessagingDestination, "messaging.destination"u8.ToArray()),
        (Fact.MessagingOperationType, "messaging.operation.type"u8.ToArray()),
        (Fact.MessagingOperation, "messaging.operation"u8.ToArray()),
        (Fact.RpcSystemName, "rpc.system.name"u8.ToArray()),
        (Fact.RpcSystem, "rpc.system"u8.ToArray()),
        (Fact.RpcService, "rpc.service"u8.ToArray()),
        (Fact.HttpRequestMethod, "http.request.method"u8.ToArray()),
        (Fact.HttpMethod, "http.method"u8.ToArray()),
        (Fact.ServicePeerName, "service.peer.name"u8.ToArray()),
        (Fact.PeerService, "peer.service"u8.ToArray()),
        (Fact.ServerAddress, "server.address"u8.ToArray()),
        (Fact.NetPeerName, "net.peer.name"u8.ToArray()),
        (Fact.HttpHost, "http.host"u8.ToArray()),
        (Fact.UrlFull, "url.full"u8.ToArray()),
        (Fact.HttpUrl, "http.url"u8.ToArray()),
        (Fact.NetworkPeerAddress, "network.peer.address"u8.ToArray()),
        (Fact.NetSockPeerName, "net.sock.peer.name"u8.ToArray()),
        (Fact.NetSockPeerAddress, "net.sock.peer.addr"u8.ToArray()),
        (Fact.NetPeerIp, "net.peer.ip"u8.ToArray()),
    ];

    private Values values; // fact -> string id, of those that are set
    private Fact[] factOf = []; // string id -> what a key of that name tells; as long as the last such key
    private SpanBatch batch = new();
    private uint set;

    /// <summary>Names the batch of the spans to come.</summary>
    public void Begin(SpanBatch of)
    {
        batch = of;
        Array.Clear(factOf);
        foreach (var (fact, key) in Keys)
        {
            int id = of.Strings.Find(key);
            if (id >= factOf.Length)
            {
                Array.Resize(ref factOf, Math.Max(id + 1, factOf.Length * 2));
            }
            if (id >= 0)
            {
                factOf[id] = fact;
            }
        }
    }

    /// <summary>Reads a span's attributes. Of a key that is there twice the last counts, of values only texts that are not empty.</summary>
    public void Read(int span)
    {
        set = 0;
        var rows = batch.Spans.Attributes[span];
        var keys = batch.Attributes.Keys.AsSpan(rows.Start, rows.Count);
        for (int i = 0; i < keys.Length; i++)
        {
            int key = keys[i];
            if ((uint)key < (uint)factOf.Length && factOf[key] != Fact.None)
            {
                int row = rows.Start + i;
                if (batch.Attributes.Types[row] == AttributeType.String && batch.Attributes.Values[row] != 0)
                {
                    set |= 1u << (int)factOf[key];
                    values[(int)factOf[key]] = (int)batch.Attributes.Values[row];
                }
            }
        }
    }

    /// <summary>String id of a fact, 0 where the span does not tell.</summary>
    public int this[Fact fact] => (set & (1u << (int)fact)) == 0 ? 0 : values[(int)fact];

    /// <summary>String id of the first of these that the span tells, or 0.</summary>
    public int FirstOf(params ReadOnlySpan<Fact> facts)
    {
        foreach (var fact in facts)
        {
            if (this[fact] != 0)
            {
                return this[fact];
            }
        }
        return 0;
    }

    /// <summary>By what means the span that was read speaks to its other end.</summary>
    public ConnectionType Connection(SpanKind kind) =>
        Has(Fact.DbSystemName, Fact.DbSystem) ? ConnectionType.Database
        : Has(Fact.MessagingSystem, Fact.MessagingDestinationName) || kind is SpanKind.Producer or SpanKind.Consumer ? ConnectionType.Messaging
        : Has(Fact.RpcSystemName, Fact.RpcSystem) ? ConnectionType.Rpc
        : Has(Fact.HttpRequestMethod, Fact.HttpMethod) || Has(Fact.UrlFull, Fact.HttpUrl) ? ConnectionType.Http
        : ConnectionType.Other;

    /// <summary>The part that the span that was read plays.</summary>
    public SpanRole Role(SpanKind kind)
    {
        int operation = FirstOf(Fact.MessagingOperationType, Fact.MessagingOperation);
        var name = batch.Strings[operation];
        return kind switch
        {
            SpanKind.Server => SpanRole.Server,
            SpanKind.Client or SpanKind.Consumer when name.SequenceEqual("settle"u8) => SpanRole.None,
            SpanKind.Consumer => SpanRole.Consumer,
            SpanKind.Client when name.SequenceEqual("receive"u8) => SpanRole.Consumer,
            SpanKind.Client or SpanKind.Producer => SpanRole.Sender,
            _ => SpanRole.None,
        };
    }

    /// <summary>True where the span that was read makes a message that another span sends.</summary>
    public bool OnlyCreatesMessage =>
        batch.Strings[FirstOf(Fact.MessagingOperationType, Fact.MessagingOperation)].SequenceEqual("create"u8);

    private bool Has(Fact one, Fact other) => (set & ((1u << (int)one) | (1u << (int)other))) != 0;

    [InlineArray((int)Fact.NetPeerIp + 1)]
    private struct Values
    {
        private int id;
    }
}
