using System.Text;
using Clew.Analysis.Series;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Series;

namespace Clew.Analysis.Edges;

/// <summary>Counts what passes between services, and between them and what sends no spans: the edges of the service map.</summary>
/// <remarks>
/// <para>Steps, over traces whose spans lie in preorder:</para>
/// <list type="number">
/// <item>Each span's parent and role.</item>
/// <item>Pairs: a span whose parent belongs to another service, or that answers a call or takes a message its parent sent; a consumer
/// without such a parent and every sender of the batch that its links name. A pair is counted as seen by its receiving span
/// (<see cref="EdgeView.Server"/>), and by its sending span (<see cref="EdgeView.Client"/>) where the parent is one.</item>
/// <item>Receivers without a pair: a root, a span whose parent is missing, a consumer. The caller is what the span says of it: a peer, a
/// queue, else a placeholder of <see cref="EdgeNodes"/>.</item>
/// <item>Senders without a pair: to the database, queue or host they name. Of senders one within the other in one service, one counts: the
/// outer if it names a database or queue, else the inner.</item>
/// </list>
/// <para>What does not count: a server span within its own service, a span that settles messages, one that creates a message another
/// sends, and taking messages where working on them is a span of its own.</para>
/// <para>Calls whose senders sampled count as many times as they stand for (<see cref="SenderWeights"/>). A call is seen where either of its
/// ends is kept, so that a pair stands for as many as the end that was kept more often; by a link, as its receiver.</para>
/// <para>Peers past a bound are counted as <see cref="SeriesLabels.Folded"/>. Reused from batch to batch; belongs to one thread at a time.</para>
/// </remarks>
public sealed partial class EdgeCounter
{
    private const int ViewBits = 2;
    private const ulong Told = 1UL << 31;
    private const ulong Placeholder = 1UL << 30;

    private static readonly byte[] Outside = Encoding.UTF8.GetBytes(EdgeNodes.Outside);
    private static readonly byte[] Missing = Encoding.UTF8.GetBytes(EdgeNodes.Missing);
    private static readonly byte[] Unknown = Encoding.UTF8.GetBytes(EdgeNodes.Unknown);

    private readonly SeriesCatalog catalog;
    private readonly SeriesTally tally;
    private readonly SpanFacts facts = new();
    private readonly ParentRows parentRows = new();
    private readonly SenderIndex senders = new();
    private readonly SenderWeights weights = new();
    private int[] parents = [];
    private int[] services = []; // string ids
    private SpanRole[] roles = [];
    private ConnectionType[] connections = [];
    private Marks[] marks = [];
    private PeerName[] peers = []; // of spans with a role
    private byte[] joined = new byte[256];
    private SpanBatch batch = new();
    private TraceBatch traces = new();

    public EdgeCounter(SeriesLimits limits)
    {
        catalog = new SeriesCatalog(limits, static (owner, peer, variant) =>
        {
            var connection = (ConnectionType)(variant >> ViewBits);
            var view = (EdgeView)(variant & ((1 << ViewBits) - 1));
            return view == EdgeView.ServerOnly
                ? SeriesKey.Edge(peer, owner, connection, view)
                : SeriesKey.Edge(owner, peer, connection, view);
        });
        tally = new SeriesTally(catalog);
    }

    [Flags]
    private enum Marks : byte
    {
        None = 0,

        /// <summary>A receiver was found for it, or a sender.</summary>
        Paired = 1,

        /// <summary>A child in its service sends.</summary>
        HasSender = 2,

        /// <summary>A child in its service consumes.</summary>
        HasConsumer = 4,

        /// <summary>It creates a message that another span sends.</summary>
        OnlyCreates = 8,

        /// <summary>The sender around it names a database or queue and speaks for it.</summary>
        SpokenFor = 16,
    }

    /// <summary>Calls counted under a folded name.</summary>
    public long Folded => tally.Folded;

    /// <summary>Services with more peers than are counted apart.</summary>
    public IReadOnlyList<string> FoldedServices => catalog.FoldedOwners;

    /// <summary>Adds the edges of a batch's traces to the delta.</summary>
    public void Count(TraceBatch traces, SeriesDelta delta)
    {
        Begin(traces, delta);
        CountFrom(0);
    }

    /// <summary>
    /// Starts a batch that may still grow: <see cref="CountFrom"/> counts every trace once. Traces with links are counted with all others at
    /// once: where there are some, nothing may have been counted before.
    /// </summary>
    public void Begin(TraceBatch traces, SeriesDelta delta)
    {
        tally.Begin(delta);
        BeginWalk(traces);
    }

    /// <summary>Adds the edges of the batch's traces from that one on.</summary>
    public void CountFrom(int trace)
    {
        facts.Refresh();
        Walk(trace);
    }

    private void BeginWalk(TraceBatch of)
    {
        traces = of;
        batch = of.Spans;
        facts.Begin(batch);
        weights.Begin(batch);
    }

    private void Walk(int first)
    {
        Reserve(batch.Count);
        var ranges = traces.Traces.Spans.AsSpan(first, traces.Traces.Count - first);
        if (batch.Links.Count == 0)
        {
            // Traces have nothing to do with one another: each is counted while it is at hand.
            foreach (var rows in ranges)
            {
                Place(rows);
                CountPairs(rows, hasLinks: false);
                CountUnpaired(rows);
            }
            return;
        }
        // 1
        foreach (var rows in ranges)
        {
            Place(rows);
        }
        // 2
        var all = new RowRange(0, batch.Count);
        senders.Build(batch.Spans, roles.AsSpan(0, batch.Count));
        CountPairs(all, hasLinks: true);
        // 3, 4
        CountUnpaired(all);
    }

    /// <summary>Called from time to time, between batches: peers that were not seen for long give up their place.</summary>
    public void BeginPeriod() => catalog.BeginPeriod();

    private void CountPairs(RowRange rows, bool hasLinks)
    {
        for (int row = rows.Start; row < rows.End; row++)
        {
            CountPairs(row, hasLinks);
        }
    }

    private void CountUnpaired(RowRange rows)
    {
        for (int row = rows.Start; row < rows.End; row++)
        {
            if ((marks[row] & Marks.Paired) == 0)
            {
                switch (roles[row])
                {
                    case SpanRole.Server or SpanRole.Consumer:
                        CountReceiver(row);
                        break;
                    case SpanRole.Sender:
                        CountSender(row);
                        break;
                }
            }
        }
    }

    private void Place(RowRange trace)
    {
        parentRows.Begin();
        for (int row = trace.Start; row < trace.End; row++)
        {
            Place(row);
        }
    }

    private void Place(int row)
    {
        var s = batch.Spans;
        int parent = parentRows.ParentOf(s, row);
        parents[row] = parent;
        services[row] = batch.ServiceName(row);
        var kind = s.Kinds[row];
        if (kind is SpanKind.Internal or SpanKind.Unspecified)
        {
            roles[row] = SpanRole.None;
            connections[row] = ConnectionType.Other;
            marks[row] = Marks.None;
            return;
        }
        var (role, connection, onlyCreates, peer) = facts.Of(row, kind);
        roles[row] = role;
        connections[row] = connection;
        peers[row] = peer;
        marks[row] = onlyCreates ? Marks.OnlyCreates : Marks.None;
        if (parent >= 0 && Service(parent) == Service(row))
        {
            if (role == SpanRole.Sender)
            {
                marks[parent] |= Marks.HasSender;
                bool parentSpeaks = roles[parent] == SpanRole.Sender && (marks[parent] & Marks.OnlyCreates) == 0
                    && ((marks[parent] & Marks.SpokenFor) != 0 || NamesItsPeer(connections[parent]));
                marks[row] |= parentSpeaks ? Marks.SpokenFor : 0;
            }
            else if (role == SpanRole.Consumer)
            {
                marks[parent] |= Marks.HasConsumer;
            }
        }
    }

    private void CountPairs(int row, bool hasLinks)
    {
        int parent = parents[row];
        bool receives = roles[row] is SpanRole.Server or SpanRole.Consumer;
        if (parent >= 0 && (Service(parent) != Service(row) || (receives && roles[parent] == SpanRole.Sender)))
        {
            CountPair(parent, row);
            // A span that was called may call in its turn.
            marks[row] |= receives ? Marks.Paired : 0;
            return;
        }
        var links = batch.Spans.Links[row];
        if (roles[row] == SpanRole.Consumer && hasLinks)
        {
            for (int link = links.Start; link < links.End; link++)
            {
                int sender = senders.Find(batch.Spans, batch.Links.TraceIds[link], batch.Links.SpanIds[link]);
                if (sender >= 0)
                {
                    CountPair(sender, row);
                    marks[row] |= Marks.Paired;
                }
            }
        }
    }

    private void CountPair(int from, int to)
    {
        bool isSender = roles[from] == SpanRole.Sender;
        var connection = isSender && connections[from] != ConnectionType.Other ? connections[from] : connections[to];
        ulong times = PairWeight(from, to);
        CountPaired(from, to, connection, EdgeView.Server, measured: to, times);
        if (isSender)
        {
            CountPaired(from, to, connection, EdgeView.Client, measured: from, times);
            marks[from] |= Marks.Paired;
        }
    }

    private void CountPaired(int from, int to, ConnectionType connection, EdgeView view, int measured, ulong times)
    {
        int client = Service(from);
        int server = Service(to);
        int variant = Variant(connection, view);
        ulong ends = Pack(client, server);
        int series = tally.Find(ends, (ulong)variant);
        if (series < 0)
        {
            series = catalog.Resolve(batch.Strings[client], batch.Strings[server], variant, NameClass.Seen);
            tally.Set(ends, (ulong)variant, series);
        }
        CountSpan(series, measured, times);
    }

    private ulong PairWeight(int from, int to)
    {
        var s = batch.Spans;
        if ((s.TraceStates[from] | s.TraceStates[to]) == 0)
        {
            return 1;
        }
        var threshold = weights.ThresholdOf(to);
        return weights.Of(s.TraceIds[from] == s.TraceIds[to] ? SamplingThreshold.Min(threshold, weights.ThresholdOf(from)) : threshold, to);
    }

    private void CountReceiver(int row)
    {
        bool isConsumer = roles[row] == SpanRole.Consumer;
        if (isConsumer ? (marks[row] & Marks.HasConsumer) != 0 : parents[row] >= 0)
        {
            return;
        }
        CountTold(row, peers[row], EdgeView.ServerOnly, batch.Spans.ParentSpanIds[row].IsEmpty || parents[row] >= 0 ? Outside : Missing);
    }

    private void CountSender(int row)
    {
        if ((marks[row] & (Marks.SpokenFor | Marks.OnlyCreates)) != 0
            || ((marks[row] & Marks.HasSender) != 0 && !NamesItsPeer(connections[row])))
        {
            return;
        }
        CountTold(row, peers[row], EdgeView.ClientOnly, Unknown);
    }

    private void CountTold(int row, PeerName peer, EdgeView view, byte[] placeholder)
    {
        int owner = Service(row);
        int variant = Variant(connections[row], view);
        if (peer.IsUrl)
        {
            // URLs are many and their hosts few.
            CountSpan(catalog.Resolve(batch.Strings[owner], PeerName.HostOf(batch.Strings[peer.First]), variant, NameClass.Told), row, weights.Of(row));
            return;
        }
        bool isNamed = peer.First != 0;
        ulong high = Pack(owner, peer.First);
        ulong low = Pack(peer.Second, variant) | (isNamed ? Told : Placeholder | (placeholder == Missing ? Told : 0));
        int series = tally.Find(high, low);
        if (series < 0)
        {
            series = isNamed
                ? catalog.Resolve(batch.Strings[owner], Join(peer), variant, NameClass.Told)
                : catalog.Resolve(batch.Strings[owner], placeholder, variant, NameClass.Fixed);
            tally.Set(high, low, series);
        }
        CountSpan(series, row, weights.Of(row));
    }

    private ReadOnlySpan<byte> Join(PeerName peer)
    {
        var first = batch.Strings[peer.First];
        if (peer.Second == 0)
        {
            return first;
        }
        var second = batch.Strings[peer.Second];
        int length = first.Length + 1 + second.Length;
        if (joined.Length < length)
        {
            joined = new byte[length * 2];
        }
        first.CopyTo(joined);
        joined[first.Length] = (byte)'/';
        second.CopyTo(joined.AsSpan(first.Length + 1));
        return joined.AsSpan(0, length);
    }

    private void CountSpan(int series, int row, ulong times)
    {
        var s = batch.Spans;
        tally.Count(series, s.StartTimes[row], s.Duration(row), s.StatusCodes[row] == StatusCode.Error, times);
    }

    private int Service(int row) => services[row];

    private void Reserve(int count)
    {
        if (parents.Length < count)
        {
            int capacity = Math.Max(count, parents.Length * 2);
            parents = new int[capacity];
            services = new int[capacity];
            roles = new SpanRole[capacity];
            connections = new ConnectionType[capacity];
            marks = new Marks[capacity];
            peers = new PeerName[capacity];
        }
    }

    private static bool NamesItsPeer(ConnectionType connection) => connection is ConnectionType.Database or ConnectionType.Messaging;

    private static int Variant(ConnectionType connection, EdgeView view) => ((int)connection << ViewBits) | (int)view;

    private static ulong Pack(int high, int low) => ((ulong)(uint)high << 32) | (uint)low;
}
