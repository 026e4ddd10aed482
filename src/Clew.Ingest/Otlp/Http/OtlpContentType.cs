namespace Clew.Ingest.Otlp.Http;

/// <summary>Understands <c>Content-Type</c> and <c>Content-Encoding</c>.</summary>
internal static class OtlpContentType
{
    public const string Protobuf = "application/x-protobuf";
    public const string Json = "application/json";

    /// <summary>False where it is neither of the two types, or JSON in another charset than UTF-8.</summary>
    public static bool TryParse(string? contentType, out bool isJson)
    {
        var rest = contentType.AsSpan();
        int end = rest.IndexOf(';');
        var type = (end < 0 ? rest : rest[..end]).Trim();
        isJson = type.Equals(Json, StringComparison.OrdinalIgnoreCase);
        if (!isJson)
        {
            return type.Equals(Protobuf, StringComparison.OrdinalIgnoreCase);
        }
        int charset = rest.IndexOf("charset=", StringComparison.OrdinalIgnoreCase);
        if (charset < 0)
        {
            return true;
        }
        rest = rest[(charset + "charset=".Length)..];
        end = rest.IndexOf(';');
        return (end < 0 ? rest : rest[..end]).Trim().Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>False where it is neither gzip nor identity.</summary>
    public static bool TryParseEncoding(string? encoding, out bool isGzip)
    {
        var name = encoding.AsSpan().Trim();
        isGzip = name.Equals("gzip", StringComparison.OrdinalIgnoreCase) || name.Equals("x-gzip", StringComparison.OrdinalIgnoreCase);
        return isGzip || name.IsEmpty || name.Equals("identity", StringComparison.OrdinalIgnoreCase);
    }
}
