using System.Globalization;
using Clew.Core.Model;

namespace Clew.Server.Api.Jaeger;

/// <summary>How Jaeger's API names ids, kinds and services.</summary>
internal static class JaegerNames
{
    /// <summary>What Jaeger calls the service of a resource without <c>service.name</c>.</summary>
    public const string NoService = "OTLPResourceNoServiceName";

    private static readonly string[] Kinds = ["", "internal", "server", "client", "producer", "consumer"];

    /// <summary>Empty for spans of unspecified kind.</summary>
    public static string Of(SpanKind kind) => (int)kind < Kinds.Length ? Kinds[(int)kind] : "";

    public static bool TryParseKind(string text, out SpanKind kind)
    {
        int index = Array.IndexOf(Kinds, text);
        kind = index < 0 ? SpanKind.Unspecified : (SpanKind)index;
        return index > 0;
    }

    /// <summary>Ids of 64 bits print as 16 digits.</summary>
    public static string Of(TraceId id) => id.High == 0 ? id.Low.ToString("x16", CultureInfo.InvariantCulture) : id.ToString();

    public static string ServiceToJaeger(string name) => name.Length == 0 ? NoService : name;

    public static string ServiceFromJaeger(string name) => name == NoService ? "" : name;
}
