using Clew.Ingest.Otlp;

namespace Clew.Server.Hosting.Configuration;

/// <summary>The keys of the OTLP receivers.</summary>
internal static class OtlpConfig
{
    public static OtlpOptions Read(ConfigurationReader reader)
    {
        var defaults = new OtlpOptions();
        var options = new OtlpOptions
        {
            MaxPayloadBytes = (int)reader.Size("Otlp:MaxPayloadBytes", defaults.MaxPayloadBytes, 1 << 10, 1 << 30, "Largest payload, after decompression; more is answered 413 or RESOURCE_EXHAUSTED"),
            MaxDecodedBytes = (int)reader.Size("Otlp:MaxDecodedBytes", defaults.MaxDecodedBytes, 1 << 20, 1 << 30, "Columns that the spans of one payload may take in memory; more is answered 413 or RESOURCE_EXHAUSTED"),
            MaxNestingDepth = reader.Number("Otlp:MaxNestingDepth", defaults.MaxNestingDepth, 0, 100, "Arrays and maps within one another in an attribute's value; deeper is malformed"),
            MaxAttributes = reader.Number("Otlp:MaxAttributes", defaults.MaxAttributes, 0, int.MaxValue, "Attributes of one span, event, link, scope or resource; the rest is counted as dropped"),
            MaxKeyBytes = (int)reader.Size("Otlp:MaxKeyBytes", defaults.MaxKeyBytes, 0, 1 << 30, "Longest attribute key; an attribute over it is counted as dropped"),
            MaxValueBytes = (int)reader.Size("Otlp:MaxValueBytes", defaults.MaxValueBytes, 0, 1 << 30, "Longest attribute value; an attribute over it is counted as dropped"),
            MaxEvents = reader.Number("Otlp:MaxEvents", defaults.MaxEvents, 0, int.MaxValue, "Events of one span; the rest is counted as dropped"),
            MaxLinks = reader.Number("Otlp:MaxLinks", defaults.MaxLinks, 0, int.MaxValue, "Links of one span; the rest is counted as dropped"),
            MaxConcurrentRequests = reader.Number("Otlp:MaxConcurrentRequests", defaults.MaxConcurrentRequests, 1, 100_000, "Requests whose body has arrived and that are not answered yet; more are told to try again"),
            MaxBufferedBytes = reader.Size("Otlp:MaxBufferedBytes", defaults.MaxBufferedBytes, 1 << 20, 1L << 40, "All payloads together, arriving, decompressed or read, at least twice Otlp:MaxPayloadBytes and Otlp:MaxDecodedBytes; what does not fit is told to try again"),
            RetryAfter = reader.Duration("Otlp:RetryAfter", defaults.RetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), "What a refused sender is asked to wait"),
            CorsOrigins = [.. reader.Text("Otlp:CorsOrigins", string.Join(';', defaults.CorsOrigins), "Web pages that may send, with ';' between: loopback, *, or origins such as https://shop.example")
                .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
            MaxRequestHeaderBytes = (int)reader.Size("Otlp:MaxRequestHeaderBytes", defaults.MaxRequestHeaderBytes, 1 << 10, 1 << 20, "All headers of a request together"),
            RequestHeadersTimeout = reader.Duration("Otlp:RequestHeadersTimeout", defaults.RequestHeadersTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), "Time within which a request's headers must have arrived"),
            MinBodyBytesPerSecond = reader.Number("Otlp:MinBodyBytesPerSecond", (int)defaults.MinBodyBytesPerSecond, 0, int.MaxValue, "Bytes a second that a body must bring on average; 0 allows any rate"),
            MinBodyRateGracePeriod = reader.Duration("Otlp:MinBodyRateGracePeriod", defaults.MinBodyRateGracePeriod, TimeSpan.FromSeconds(2), TimeSpan.FromHours(1), "Time before Otlp:MinBodyBytesPerSecond is asked for"),
        };
        if (options.Validate() is { } error)
        {
            reader.Error($"Otlp:{error}");
        }
        return options;
    }
}
