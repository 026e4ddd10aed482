namespace Clew.Server.Hosting;

/// <summary>What the server says about itself.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Information, "Clew is ready: web {Web} · OTLP gRPC {Grpc} · OTLP HTTP {Http} · Jaeger API {Jaeger} · data in {Directory}")]
    public static partial void Ready(ILogger logger, string web, string grpc, string http, string jaeger, string directory);

    [LoggerMessage(2, LogLevel.Warning, "{Key} listens on {Address}, which other machines reach, and there is no authentication: whoever reaches it can read and write traces")]
    public static partial void ListensRemotely(ILogger logger, string key, string address);
}
