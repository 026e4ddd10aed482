namespace Clew.Server.Hosting;

/// <summary>What the server says about itself.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Information, "Clew is ready: web {Web} · OTLP gRPC {Grpc} · OTLP HTTP {Http} · Jaeger API {Jaeger} · data in {Directory}")]
    public static partial void Ready(ILogger logger, string web, string grpc, string http, string jaeger, string directory);

    [LoggerMessage(2, LogLevel.Warning, "{Key} listens on {Address}, which other machines reach, and there is no authentication: whoever reaches it can read and write traces")]
    public static partial void ListensRemotely(ILogger logger, string key, string address);

    [LoggerMessage(3, LogLevel.Information, "Asked to end: what was accepted is stored first, for at most {Patience}; asked again, Clew ends at once and stores it at the next start")]
    public static partial void Stopping(ILogger logger, TimeSpan patience);

    [LoggerMessage(4, LogLevel.Warning, "Asked again: Clew ends at once. What was acknowledged is in the journal and comes back at the next start")]
    public static partial void StoppedAtOnce(ILogger logger);

    [LoggerMessage(5, LogLevel.Warning, "The end took more than {Patience}, which Server:ShutdownTimeout allows. What was acknowledged is in the journal and comes back at the next start")]
    public static partial void TookTooLong(ILogger logger, TimeSpan patience);
}
