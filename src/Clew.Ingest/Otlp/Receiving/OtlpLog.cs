using Microsoft.Extensions.Logging;

namespace Clew.Ingest.Otlp.Receiving;

/// <summary>What the receivers log. Malformed payloads are logged at most once in ten seconds: a broken sender must not fill a disk.</summary>
internal sealed partial class OtlpLog(ILogger<OtlpLog> logger, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock mutex = new();
    private long? last;
    private int unlogged;

    public void Malformed(OtlpSignal signal, int bytes, string reason)
    {
        int before;
        lock (mutex)
        {
            long now = time.GetTimestamp();
            if (last is { } then && time.GetElapsedTime(then, now) < Interval)
            {
                unlogged++;
                return;
            }
            last = now;
            before = unlogged;
            unlogged = 0;
        }
        LogMalformed(logger, signal, bytes, reason, before);
    }

    public void Failed(Exception exception) => LogFailed(logger, exception);

    [LoggerMessage(1, LogLevel.Warning, "Refused a malformed OTLP payload ({Signal}, {Bytes} bytes): {Reason} {Unlogged} more were refused unlogged before.")]
    private static partial void LogMalformed(ILogger logger, OtlpSignal signal, int bytes, string reason, int unlogged);

    [LoggerMessage(2, LogLevel.Error, "An OTLP payload could not be taken in; the sender was asked to try again.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
