using Clew.Core.Series;
using Clew.Storage;

namespace Clew.Query.Series;

/// <summary>Puts the service map together from series of edges and of services. Bounded by the series.</summary>
internal sealed class ServiceMapBuilder
{
    private static readonly string Server = SeriesLabels.Of(EdgeView.Server);
    private static readonly string Client = SeriesLabels.Of(EdgeView.Client);
    private static readonly string ClientOnly = SeriesLabels.Of(EdgeView.ClientOnly);
    private static readonly string ClientOnlyAmended = SeriesLabels.Of(EdgeView.ClientOnlyAmended);
    private static readonly string ServerOnlyAmended = SeriesLabels.Of(EdgeView.ServerOnlyAmended);
    private static readonly string Database = SeriesLabels.Of(ConnectionType.Database);
    private static readonly string Messaging = SeriesLabels.Of(ConnectionType.Messaging);

    private readonly Dictionary<(string Client, string Server, string Connection), ServiceEdge> edges = [];
    private readonly List<SeriesPoints> amendments = []; // taken off once all is there to be taken off from
    private readonly Dictionary<string, ServiceNode> nodes = new(StringComparer.Ordinal);

    /// <summary>Adds what a service's operations counted.</summary>
    public void AddService(SeriesPoints series)
    {
        string name = series.Key.Labels[SeriesLabels.Service];
        if (!nodes.TryGetValue(name, out var node))
        {
            node = new ServiceNode(name, EdgeNodes.IsPlaceholder(name) ? NodeType.Unnamed : NodeType.Service, 0, 0);
        }
        foreach (var point in series.Points)
        {
            node = node with { Spans = node.Spans + point.Count, Errors = node.Errors + point.Errors };
        }
        nodes[name] = node;
    }

    /// <summary>Adds one view of an edge. Services come first.</summary>
    public void AddEdge(SeriesPoints series)
    {
        var labels = series.Key.Labels;
        var (client, server, connection, view) =
            (labels[SeriesLabels.Client], labels[SeriesLabels.Server], labels[SeriesLabels.Connection], labels[SeriesLabels.View]);
        if (view == ClientOnlyAmended || view == ServerOnlyAmended)
        {
            amendments.Add(series);
            return;
        }
        if (!edges.TryGetValue((client, server, connection), out var edge))
        {
            edges.Add((client, server, connection), edge = new ServiceEdge(client, server, connection));
        }
        foreach (var point in series.Points)
        {
            Add(edge, view, point);
        }
    }

    public ServiceMap Build(ulong resolution, string? partial)
    {
        foreach (var series in amendments)
        {
            Amend(series);
        }
        foreach (var edge in edges.Values)
        {
            AddNode(edge.Client, edge.Connection);
            AddNode(edge.Server, edge.Connection);
        }
        return Map(resolution, partial);
    }

    private ServiceMap Map(ulong resolution, string? partial) => new(
        resolution,
        [.. nodes.Values.OrderBy(node => node.Name, StringComparer.Ordinal)],
        [
            .. edges.Values.OrderBy(edge => edge.Client, StringComparer.Ordinal)
                .ThenBy(edge => edge.Server, StringComparer.Ordinal).ThenBy(edge => edge.Connection, StringComparer.Ordinal),
        ],
        partial);

    private static void Add(ServiceEdge edge, string view, SeriesPoint point)
    {
        bool isClient = view == Client || view == ClientOnly;
        if (point.Durations is { } durations)
        {
            (isClient ? edge.ClientDurations : edge.ServerDurations).Merge(durations);
        }
        if (view == Client)
        {
            return; // a second look at what the server counts
        }
        edge.Errors += point.Errors;
        if (view == Server)
        {
            edge.Paired += point.Count;
        }
        else if (view == ClientOnly)
        {
            edge.ClientOnly += point.Count;
        }
        else
        {
            edge.ServerOnly += point.Count;
        }
    }

    /// <summary>
    /// Takes off what one end told alone before the other came. An edge without calls is none. Counts that were folded meanwhile may lie
    /// elsewhere: then less is taken off.
    /// </summary>
    private void Amend(SeriesPoints series)
    {
        var labels = series.Key.Labels;
        var ends = (labels[SeriesLabels.Client], labels[SeriesLabels.Server], labels[SeriesLabels.Connection]);
        if (!edges.TryGetValue(ends, out var edge))
        {
            return;
        }
        bool isClient = labels[SeriesLabels.View] == ClientOnlyAmended;
        foreach (var point in series.Points)
        {
            ulong known = isClient ? edge.ClientOnly : edge.ServerOnly;
            ulong taken = Math.Min(known, point.Count);
            (edge.ClientOnly, edge.ServerOnly) = isClient ? (known - taken, edge.ServerOnly) : (edge.ClientOnly, known - taken);
            edge.Errors -= Math.Min(edge.Errors, point.Errors);
            if (point.Durations is { } durations)
            {
                (isClient ? edge.ClientDurations : edge.ServerDurations).Subtract(durations);
            }
        }
        if (edge.Calls == 0)
        {
            edges.Remove(ends);
        }
    }

    /// <summary>What no service of that name sent spans for is what its connections make it.</summary>
    private void AddNode(string name, string connection)
    {
        if (!nodes.TryGetValue(name, out var node))
        {
            var type = EdgeNodes.IsPlaceholder(name) ? NodeType.Unnamed
                : connection == Database ? NodeType.Database
                : connection == Messaging ? NodeType.Queue
                : NodeType.Outside;
            nodes.Add(name, new ServiceNode(name, type, 0, 0));
        }
        else if (node.Type == NodeType.Outside && (connection == Database || connection == Messaging))
        {
            nodes[name] = node with { Type = connection == Database ? NodeType.Database : NodeType.Queue };
        }
    }
}
