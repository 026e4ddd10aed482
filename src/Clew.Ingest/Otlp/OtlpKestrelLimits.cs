using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Clew.Ingest.Otlp;

/// <summary>Applies to Kestrel those bounds of <see cref="OtlpOptions"/> that the server itself must keep.</summary>
/// <remarks>Kestrel knows one set of limits for all its ports; the host calls this once. The bound of a body is not set here: the receivers keep it.</remarks>
public static class OtlpKestrelLimits
{
    private const int ConnectionWindowBytes = 4 * 1024 * 1024;
    private const int StreamWindowBytes = 1024 * 1024;

    /// <summary>Sets header size, header timeout, the rate of slow senders and the HTTP/2 windows.</summary>
    public static void Apply(KestrelServerLimits limits, OtlpOptions options)
    {
        limits.MaxRequestHeadersTotalSize = options.MaxRequestHeaderBytes;
        limits.RequestHeadersTimeout = options.RequestHeadersTimeout;
        limits.MinRequestBodyDataRate = options.MinBodyBytesPerSecond > 0
            ? new MinDataRate(options.MinBodyBytesPerSecond, options.MinBodyRateGracePeriod)
            : null;
        limits.Http2.MaxRequestHeaderFieldSize = Math.Min(options.MaxRequestHeaderBytes, limits.Http2.MaxRequestHeaderFieldSize);
        limits.Http2.InitialConnectionWindowSize = ConnectionWindowBytes;
        limits.Http2.InitialStreamWindowSize = StreamWindowBytes;
    }
}
