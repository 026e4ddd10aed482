using Microsoft.Extensions.Logging;

namespace Clew.Storage.Embedded.Series;

/// <summary>What is wrong with the series store. State; bounded in sentences; safe from any thread.</summary>
internal sealed partial class SeriesHealth(ILogger logger)
{
    private const int MostProblems = 100;

    private readonly Lock gate = new();
    private readonly List<string> problems = [];
    private string? writing;
    private string? maintaining;

    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (gate)
            {
                return [.. problems, .. writing is null ? [] : (string[])[writing], .. maintaining is null ? [] : (string[])[maintaining]];
            }
        }
    }

    /// <summary>Something that stays wrong.</summary>
    public void Add(string problem)
    {
        lock (gate)
        {
            if (problems.Count >= MostProblems || problems.Contains(problem))
            {
                return;
            }
            problems.Add(problem);
        }
        LogProblem(logger, problem);
    }

    /// <summary>A block cannot be read: it is left out from now on.</summary>
    public void SetAside(SeriesBlock block, Exception failure)
    {
        block.IsExcluded = true;
        Add($"Series block {block.Summary.Path} with {block.Summary.Cells} points is left out: {failure.Message}.");
    }

    /// <summary>A page of a block cannot be read: it is left out from now on.</summary>
    public void SetAside(SeriesBlock block, int page, string reason)
    {
        if (block.MarkBad(page))
        {
            Add($"Series block {block.Summary.Path}: page {page} is left out: {reason}.");
        }
    }

    public void WritingFailed(Exception failure)
    {
        lock (gate)
        {
            writing = $"Series cannot be written: {failure.Message}";
        }
        LogWritingFailed(logger, failure);
    }

    public void WritingWorks()
    {
        if (writing is not null)
        {
            lock (gate)
            {
                writing = null;
            }
            LogWritingWorks(logger);
        }
    }

    public void MaintenanceFailed(Exception failure)
    {
        lock (gate)
        {
            maintaining = $"Series cannot be folded or merged: {failure.Message}";
        }
        LogMaintenanceFailed(logger, failure);
    }

    public void MaintenanceWorks()
    {
        lock (gate)
        {
            maintaining = null;
        }
    }

    public void Recovered(int files, int appends) => LogRecovered(logger, files, appends);

    public void Folded(long cells, int blocks) => LogFolded(logger, cells, blocks);

    public void Merged(int blocks, int cells) => LogMerged(logger, blocks, cells);

    public void Expired(int blocks) => LogExpired(logger, blocks);

    /// <summary>True for the failures that a damaged file causes.</summary>
    public static bool IsDamage(Exception failure) => failure is InvalidDataException or IOException or UnauthorizedAccessException
        or IndexOutOfRangeException or ArgumentException or OverflowException;

    [LoggerMessage(Level = LogLevel.Error, Message = "Series store: {Problem}")]
    private static partial void LogProblem(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "Series store: what batches count cannot be written")]
    private static partial void LogWritingFailed(ILogger logger, Exception failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "Series store: it can be written again")]
    private static partial void LogWritingWorks(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Series store: blocks cannot be written, merged or deleted; it is tried again")]
    private static partial void LogMaintenanceFailed(ILogger logger, Exception failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "Series store: removed {Files} files of unfinished work, read {Appends} appends from the log")]
    private static partial void LogRecovered(ILogger logger, int files, int appends);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Series store: folded {Cells} points into {Blocks} blocks")]
    private static partial void LogFolded(ILogger logger, long cells, int blocks);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Series store: merged {Blocks} blocks to one with {Cells} points")]
    private static partial void LogMerged(ILogger logger, int blocks, int cells);

    [LoggerMessage(Level = LogLevel.Information, Message = "Series store: deleted {Blocks} blocks that have outlived their retention")]
    private static partial void LogExpired(ILogger logger, int blocks);
}
