using System.Runtime.CompilerServices;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Series;

namespace Clew.Analysis.Edges;

/// <summary>Picks out of a span's attributes those that tell where it calls.</summary>
/// <remarks>
/// Spans have the same keys in the same order again and again: which of them tell something is remembered for some such lists, told from one
/// another by comparing all keys, and so is what spans with the same values there tell. Reused from batch to batch; bounded by the number of keys. Belongs to one thread at a time.
/// </remarks>
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
    private readonly (int Keys, TellingKeys List)[] places = new (int, TellingKeys)[Places];
    private readonly int[] known = new int[Places * MostKeys]; // by place
    private readonly AttributeType[] knownTypes = new AttributeType[Places * MostKeys]; // by place
    private TellingKeys[] classes = []; // by class
    private readonly KnownTellings tellings = new();
    private readonly int[] ids = new int[Keys.Length]; // by key: its string id; 0 where the batch does not have it
    private SpanBatch batch = new();
    private int strings; // of the batch, when it was looked through for the keys
    private uint set;

    /// <summary>Lists of keys that are remembered: one for each hash.</summary>
    private const int Places = 64;

    /// <summary>Longer lists are not.</summary>
    private const int MostKeys = 32;

    /// <summary>Names the batch of the spans to come.</summary>
    public void Begin(SpanBatch of)
    {
        batch = of;
        strings = 0;
        Array.Clear(factOf);
        Array.Clear(ids);
        Array.Clear(places);
        Array.Clear(classes);
        tellings.Clear();
        Refresh();
    }

    /// <summary>Call when the batch has grown: keys may have come that it did not have.</summary>
    public void Refresh()
    {
        if (strings == batch.Strings.Count)
        {
            return;
        }
        strings = batch.Strings.Count;
        bool isNew = false;
        for (int i = 0; i < Keys.Length; i++)
        {
            int id = ids[i] > 0 ? 0 : batch.Strings.Find(Keys[i].Key);
            if (id <= 0)
            {
                continue;
            }
            if (id >= factOf.Length)
            {
                Array.Resize(ref factOf, Math.Max(id + 1, factOf.Length * 2));
            }
            ids[i] = id;
            factOf[id] = Keys[i].Fact;
            isNew = true;
        }
        if (isNew)
        {
            Array.Clear(places);
            Array.Clear(classes);
        }
    }

    /// <summary>What a span tells. Of a key that is there twice the last counts, of values only texts that are not empty.</summary>
    public Telling Of(int span, SpanKind kind)
    {
        var rows = batch.Spans.Attributes[span];
        var spanClasses = batch.Spans.Classes;
        if (span < spanClasses.Length && spanClasses[span] is not 0 and var spanClass)
        {
            if (spanClass >= classes.Length)
            {
                Array.Resize(ref classes, Math.Max(2 * spanClass, 256));
            }
            ref var ofClass = ref classes[spanClass];
            if (!ofClass.IsKnown)
            {
                ofClass = ListOf(rows);
            }
            return Of(ofClass, rows, kind);
        }
        return Of(ListOf(rows), rows, kind);
    }

    /// <summary>Which attributes tell something, of spans with the keys and types that these have.</summary>
    private TellingKeys ListOf(RowRange rows)
    {
        if (rows.Count is 0 or > MostKeys)
        {
            return Remember(rows);
        }
        var keys = batch.Attributes.Keys.AsSpan(rows.Start, rows.Count);
        var types = batch.Attributes.Types.AsSpan(rows.Start, rows.Count);
        int at = Place(keys);
        ref var place = ref places[at];
        var knownKeys = known.AsSpan(at * MostKeys, MostKeys);
        var knownTypes = this.knownTypes.AsSpan(at * MostKeys, MostKeys);
        if (!place.List.IsKnown || !keys.SequenceEqual(knownKeys[..place.Keys]) || !types.SequenceEqual(knownTypes[..place.Keys]))
        {
            keys.CopyTo(knownKeys);
            types.CopyTo(knownTypes);
            place = (keys.Length, Remember(rows));
        }
        return place.List;
    }

    // Spans are alike where the same facts, in the same order, have the same values.
    private Telling Of(in TellingKeys list, RowRange rows, SpanKind kind)
    {
        if (!list.IsFew)
        {
            NoteAll(rows);
            return Tell(kind);
        }
        Span<int> values = stackalloc int[KnownTellings.MostValues];
        values.Clear();
        var texts = batch.Attributes.Values.AsSpan(rows.Start, rows.Count);
        for (int i = 0; i < list.Count; i++)
        {
            values[i] = (int)texts[list[i]];
        }
        if (!tellings.TryFind((list.Facts << 8) | (byte)kind, values, out var told))
        {
            NoteAll(rows);
            told[0] = Tell(kind);
        }
        return told[0];
    }

    private void NoteAll(RowRange rows)
    {
        set = 0;
        for (int i = rows.Start; i < rows.End; i++)
        {
            if (FactOf(batch.Attributes.Keys[i]) is not Fact.None and var fact
                && batch.Attributes.Types[i] == AttributeType.String && batch.Attributes.Values[i] != 0)
            {
                set |= 1u << (int)fact;
                values[(int)fact] = (int)batch.Attributes.Values[i];
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

    private Telling Tell(SpanKind kind)
    {
        var role = Role(kind);
        var connection = Connection(kind);
        var peer = role switch
        {
            SpanRole.Sender => PeerName.Of(this, connection),
            SpanRole.Consumer => PeerName.Of(this, ConnectionType.Messaging),
            SpanRole.Server => PeerName.OfCaller(this),
            _ => default,
        };
        bool onlyCreates = role == SpanRole.Sender && connection == ConnectionType.Messaging
            && batch.Strings[FirstOf(Fact.MessagingOperationType, Fact.MessagingOperation)].SequenceEqual("create"u8);
        return new Telling(role, connection, onlyCreates, peer);
    }

    /// <summary>By what means the span that was read speaks to its other end.</summary>
    private ConnectionType Connection(SpanKind kind) =>
        Has(Fact.DbSystemName, Fact.DbSystem) ? ConnectionType.Database
        : Has(Fact.MessagingSystem, Fact.MessagingDestinationName) || kind is SpanKind.Producer or SpanKind.Consumer ? ConnectionType.Messaging
        : Has(Fact.RpcSystemName, Fact.RpcSystem) ? ConnectionType.Rpc
        : Has(Fact.HttpRequestMethod, Fact.HttpMethod) || Has(Fact.UrlFull, Fact.HttpUrl) ? ConnectionType.Http
        : ConnectionType.Other;

    /// <summary>The part that the span that was read plays.</summary>
    private SpanRole Role(SpanKind kind)
    {
        if (kind == SpanKind.Server)
        {
            return SpanRole.Server;
        }
        int operation = FirstOf(Fact.MessagingOperationType, Fact.MessagingOperation);
        var name = operation == 0 ? default : batch.Strings[operation];
        return kind switch
        {
            SpanKind.Client or SpanKind.Consumer when name.SequenceEqual("settle"u8) => SpanRole.None,
            SpanKind.Consumer => SpanRole.Consumer,
            SpanKind.Client when name.SequenceEqual("receive"u8) => SpanRole.Consumer,
            SpanKind.Client or SpanKind.Producer => SpanRole.Sender,
            _ => SpanRole.None,
        };
    }

    private TellingKeys Remember(RowRange rows)
    {
        var list = new TellingKeys { IsKnown = true, IsFew = rows.Count <= MostKeys };
        for (int i = 0; i < rows.Count && list.IsFew; i++)
        {
            if (FactOf(batch.Attributes.Keys[rows.Start + i]) is not Fact.None and var fact
                && batch.Attributes.Types[rows.Start + i] == AttributeType.String)
            {
                list.Add(i, fact);
            }
        }
        return list;
    }

    private Fact FactOf(int key) => (uint)key < (uint)factOf.Length ? factOf[key] : Fact.None;

    private static int Place(ReadOnlySpan<int> keys)
    {
        uint hash = (uint)((keys.Length * 31) + keys[0] + (keys[keys.Length >> 1] * 7) + (keys[^1] * 13));
        return (int)((hash * 0x9E3779B9u) >> 26);
    }

    private bool Has(Fact one, Fact other) => (set & ((1u << (int)one) | (1u << (int)other))) != 0;

    [InlineArray((int)Fact.NetPeerIp + 1)]
    private struct Values
    {
        private int id;
    }
}
