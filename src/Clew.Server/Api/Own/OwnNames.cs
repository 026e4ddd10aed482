using Clew.Core.Model;
using Clew.Query.Series;

namespace Clew.Server.Api.Own;

/// <summary>The words of Clew's own API for kinds, status codes and types of value. Keep in sync with docs/api/own.md.</summary>
internal static class OwnNames
{
    public static readonly string[] Kinds = ["unspecified", "internal", "server", "client", "producer", "consumer"];

    public static readonly string[] Statuses = ["unset", "ok", "error"];

    public static readonly string[] NodeTypes = ["service", "database", "queue", "outside", "unnamed"];

    private static readonly string[] Types = ["empty", "string", "bool", "int", "double", "bytes", "array", "map"];

    /// <summary>Numbers that no enum knows are shown as what is unspecified.</summary>
    public static string Of(SpanKind kind) => (int)kind < Kinds.Length ? Kinds[(int)kind] : Kinds[0];

    public static string Of(StatusCode code) => (int)code < Statuses.Length ? Statuses[(int)code] : Statuses[0];

    public static string Of(NodeType type) => NodeTypes[(int)type];

    public static string Of(AttributeType type) => Types[(int)type];
}
