using Microsoft.Extensions.Logging;

namespace Clew.Ingest.Pipeline;

internal static partial class PipelineLog
{
    [LoggerMessage(1, LogLevel.Warning, "The store refused closed traces; they stay in memory and in the journal, next try in {Delay}: {Reason}")]
    public static partial void StoreRefused(this ILogger logger, TimeSpan delay, string reason);

    [LoggerMessage(2, LogLevel.Information, "The store takes traces again")]
    public static partial void StoreBack(this ILogger logger);

    [LoggerMessage(3, LogLevel.Information, "Replayed {Records} journal records: {Spans} spans, {Stored} of them already stored")]
    public static partial void Recovered(this ILogger logger, long records, long spans, long stored);

    [LoggerMessage(4, LogLevel.Error, "{Problem}")]
    public static partial void Problem(this ILogger logger, string problem);

    [LoggerMessage(5, LogLevel.Error, "The assembler failed and goes on")]
    public static partial void AssemblerFailed(this ILogger logger, Exception exception);

    [LoggerMessage(6, LogLevel.Warning, "The store refuses what the journal holds; the ports open, and spans are refused until the store takes them")]
    public static partial void OpensWithoutStore(this ILogger logger);
}
