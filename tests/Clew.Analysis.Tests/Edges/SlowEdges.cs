using Clew.Analysis.SpanTrees;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Analysis.Tests.Edges;

/// <summary>The rules of the service map once more: as sentences about objects and texts, with parents from the span tree.</summary>
internal sealed class SlowEdges
{
    private readonly List<Node> nodes = [];

    /// <summary>Takes traces that are closed.</summary>
    public SlowEdges(TraceBatch traces)
    {
        for (int i = 0; i < traces.Traces.Count; i++)
        {
            var tree = new SpanTreeBuilder().Build(traces.Spans, traces.Traces.Spans[i]);
            var ofTrace = new List<Node>();
            for (int k = 0; k < tree.Count; k++)
            {
                ofTrace.Add(new Node(traces.Spans, tree.Rows[k], tree.ParentRows[k] < 0 ? null : ofTrace[tree.ParentRows[k]]));
            }
            nodes.AddRange(ofTrace);
        }
    }

    /// <summary>Edges with how many calls and errors, as <see cref="EdgeText"/> writes them.</summary>
    public string[] Lines()
    {
        var pairs = nodes.SelectMany(to => SendersOf(to).Select(from => (From: from, To: to))).ToList();
        var paired = pairs.Where(pair => pair.From.Sends).Select(pair => pair.From)
            .Concat(pairs.Where(pair => pair.To.Receives).Select(pair => pair.To)).ToHashSet();
        var calls = new List<(string Edge, Node Measured, int Times)>();
        foreach (var (from, to) in pairs)
        {
            string connection = from.Sends && from.Connection != "other" ? from.Connection : to.Connection;
            int times = from.Id.Item1 == to.Id.Item1 ? Math.Min(from.Times, to.Times) : to.Times;
            calls.Add(($"{from.Service} > {to.Service} {connection} server", to, times));
            if (from.Sends)
            {
                calls.Add(($"{from.Service} > {to.Service} {connection} client", from, times));
            }
        }
        foreach (var node in nodes.Where(node => !paired.Contains(node)))
        {
            if (node.Sends && !IsSpokenFor(node) && !(node.IsMessaging && node.Operation == "create")
                && (node.NamesPeer || !Children(node).Any(child => child.Sends && child.Service == node.Service)))
            {
                calls.Add(($"{node.Service} > {node.Peer() ?? "(unknown)"} {node.Connection} client_only", node, node.Times));
            }
            bool someoneConsumes = Children(node).Any(child => child.Consumes && child.Service == node.Service);
            if ((node.Consumes && !someoneConsumes) || (node.Serves && node.Parent is null))
            {
                string caller = (node.Consumes ? node.Queue() : node.First("service.peer.name", "peer.service"))
                    ?? (node.HasParentId && node.Parent is null ? "(missing)" : "(outside)");
                calls.Add(($"{caller} > {node.Service} {node.Connection} server_only", node, node.Times));
            }
        }
        return
        [
            .. calls.GroupBy(call => call.Edge)
                .Select(group => (group.Key, Count: group.Sum(call => call.Times), Errors: group.Where(call => call.Measured.IsError).Sum(call => call.Times)))
                .Select(edge => edge.Errors == 0 ? $"{edge.Key} {edge.Count}" : $"{edge.Key} {edge.Count} {edge.Errors}")
                .Order(StringComparer.Ordinal),
        ];
    }

    private IEnumerable<Node> Children(Node node) => nodes.Where(child => child.Parent == node);

    private IEnumerable<Node> SendersOf(Node to)
    {
        if (to.Parent is { } parent && (parent.Service != to.Service || (to.Receives && parent.Sends)))
        {
            return [parent];
        }
        return to.Consumes
            ? to.Links.Select(link => nodes.Find(node => node.Sends && node.Id == link)).OfType<Node>()
            : [];
    }

    private static bool IsSpokenFor(Node node) =>
        node.Parent is { Sends: true } outer && outer.Service == node.Service && !(outer.IsMessaging && outer.Operation == "create")
        && (outer.NamesPeer || IsSpokenFor(outer));

    private sealed class Node(SpanBatch batch, int row, Node? parent)
    {
        private readonly Dictionary<string, string> attributes = Read(batch, row);

        public Node? Parent => parent;

        public (TraceId, SpanId) Id { get; } = (batch.Spans.TraceIds[row], batch.Spans.SpanIds[row]);

        public bool HasParentId { get; } = !batch.Spans.ParentSpanIds[row].IsEmpty;

        public bool IsError { get; } = batch.Spans.StatusCodes[row] == StatusCode.Error;

        public int Times { get; } = batch.Text(batch.Spans.TraceStates[row]) switch { "" => 1, "ot=th:8" => 2, _ => 4 };

        public string Service { get; } = batch.Text(batch.ServiceName(row));

        public SpanKind Kind { get; } = batch.Spans.Kinds[row];

        public IEnumerable<(TraceId, SpanId)> Links { get; } =
            [.. Enumerable.Range(batch.Spans.Links[row].Start, batch.Spans.Links[row].Count).Select(i => (batch.Links.TraceIds[i], batch.Links.SpanIds[i]))];

        public string? Operation => First("messaging.operation.type", "messaging.operation");

        public bool Settles => Operation == "settle" && Kind is SpanKind.Client or SpanKind.Consumer && Operation == "settle";

        public bool Consumes => !Settles && (Kind == SpanKind.Consumer || (Kind == SpanKind.Client && Operation == "receive"));

        public bool Serves => Kind == SpanKind.Server;

        public bool Receives => Serves || Consumes;

        public bool Sends => !Settles && !Consumes && Kind is SpanKind.Client or SpanKind.Producer && !Settles && !Consumes;

        public bool IsMessaging => Connection == "messaging";

        public bool NamesPeer => Connection is "messaging" or "database";

        public string Connection =>
            Kind is SpanKind.Internal or SpanKind.Unspecified ? "other"
            : First("db.system.name", "db.system") is not null ? "database"
            : First("messaging.system", "messaging.destination.name") is not null || Kind is SpanKind.Producer or SpanKind.Consumer ? "messaging"
            : First("rpc.system.name", "rpc.system") is not null ? "rpc"
            : First("http.request.method", "http.method", "url.full", "http.url") is not null ? "http"
            : "other";

        public string? Peer() => Connection switch
        {
            "database" => Joined(First("db.system.name", "db.system"), First("db.namespace", "db.name", "server.address", "net.peer.name")),
            "messaging" => Queue(),
            _ => Host(),
        };

        public string? Queue() =>
            Joined(First("messaging.system"), First(
                "messaging.destination.template", "messaging.destination.name", "messaging.destination", "server.address", "net.peer.name")) ?? Host();

        public string? First(params string[] keys) => keys.Select(key => attributes.GetValueOrDefault(key)).FirstOrDefault(value => value is not null);

        private string? Host()
        {
            if (First("service.peer.name", "peer.service", "server.address", "net.peer.name") is { } name)
            {
                return name;
            }
            return First("http.host", "url.full", "http.url") is { } url
                ? new Uri(url.Contains("://") ? url : "http://" + url).Host
                : First("net.sock.peer.name", "network.peer.address", "net.sock.peer.addr", "net.peer.ip", "rpc.service");
        }

        private static string? Joined(string? first, string? second) =>
            first is null ? second : second is null ? first : $"{first}/{second}";

        private static Dictionary<string, string> Read(SpanBatch batch, int row)
        {
            var read = new Dictionary<string, string>();
            var rows = batch.Spans.Attributes[row];
            for (int i = rows.Start; i < rows.End; i++)
            {
                if (batch.Attributes.Types[i] == AttributeType.String && batch.Attributes.Values[i] != 0)
                {
                    read[batch.Text(batch.Attributes.Keys[i])] = batch.Text((int)batch.Attributes.Values[i]);
                }
            }
            return read;
        }
    }
}
