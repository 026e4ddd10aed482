using Clew.Core.Model;

namespace Clew.Core.Series;

/// <summary>Which labels the series of a kind have, in which order, and how their values are written.</summary>
public static class SeriesLabels
{
    /// <summary>Red: <c>service.name</c>, empty where the resource has none.</summary>
    public const int Service = 0;

    /// <summary>Red: the span's name.</summary>
    public const int Operation = 1;

    /// <summary>Red: a <see cref="SpanKind"/> in lower case.</summary>
    public const int SpanKind = 2;

    /// <summary>Red: a <see cref="StatusCode"/> in lower case.</summary>
    public const int Status = 3;

    /// <summary>Edge: the service that sends, or what stands for it.</summary>
    public const int Client = 0;

    /// <summary>Edge: the service that receives, or what stands for it.</summary>
    public const int Server = 1;

    /// <summary>Edge: a <see cref="ConnectionType"/> in lower case.</summary>
    public const int Connection = 2;

    /// <summary>Edge: an <see cref="EdgeView"/>: <c>server</c>, <c>client</c>, <c>client_only</c>, <c>server_only</c>, and of both <c>…_amended</c>.</summary>
    public const int View = 3;

    /// <summary>The value under which everything past a bound on the number of names is counted.</summary>
    public const string Folded = "(other)";

    private static readonly string[] RedNames = ["service", "operation", "kind", "status"];
    private static readonly string[] EdgeNames = ["client", "server", "connection", "view"];
    private static readonly string[] Kinds = ["unspecified", "internal", "server", "client", "producer", "consumer"];
    private static readonly string[] Statuses = ["unset", "ok", "error"];
    private static readonly string[] Connections = ["other", "http", "rpc", "messaging", "database"];
    private static readonly string[] Views = ["server", "client", "client_only", "server_only", "client_only_amended", "server_only_amended"];

    /// <summary>The names of a kind's labels.</summary>
    public static IReadOnlyList<string> NamesOf(SeriesKind kind) => kind == SeriesKind.Red ? RedNames : EdgeNames;

    /// <summary>The label's position, or −1 where series of that kind have none of that name.</summary>
    public static int IndexOf(SeriesKind kind, string name) => Array.IndexOf(kind == SeriesKind.Red ? RedNames : EdgeNames, name);

    /// <summary>A number no kind has is written as the first.</summary>
    public static string Of(SpanKind kind) => Kinds[(int)kind < Kinds.Length ? (int)kind : 0];

    /// <summary>A number no status has is written as the first.</summary>
    public static string Of(StatusCode status) => Statuses[(int)status < Statuses.Length ? (int)status : 0];

    public static string Of(ConnectionType connection) => Connections[(int)connection];

    public static string Of(EdgeView view) => Views[(int)view];
}
