using Microsoft.Extensions.Logging;

namespace Clew.Ingest.Journal;

internal static partial class JournalLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Journal corrupt: {Path} at byte {Offset}: {What}")]
    public static partial void Corrupt(ILogger logger, string path, long offset, string what);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Journal: cut a torn end of {Bytes} bytes from {Path} at byte {Offset}; nothing in it had been synced")]
    public static partial void Cut(ILogger logger, string path, long offset, long bytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Journal: records {First} to {Last} before {Path} were not synced when the machine stopped, and are lost")]
    public static partial void Lost(ILogger logger, long first, long last, string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Problem}")]
    public static partial void Failing(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Over: {Problem}")]
    public static partial void Recovered(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Journal: replayed {Records} records of {Bytes} bytes from {Files} files")]
    public static partial void Replayed(ILogger logger, long records, long bytes, int files);
}
