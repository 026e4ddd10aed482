using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;
using Microsoft.Extensions.Logging;

namespace Clew.Storage.Embedded;

/// <summary>What is wrong with the store. State; bounded in sentences; safe from any thread.</summary>
internal sealed partial class StoreHealth(ILogger logger)
{
    private const int MostProblems = 100;

    private readonly Lock gate = new();
    private readonly List<string> problems = [];
    private string? writing;
    private string? maintaining;
    private string? doubting;

    /// <summary>All problems, the present one of writing last.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (gate)
            {
                return [.. problems, .. ((string?[])[doubting, writing, maintaining]).OfType<string>()];
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

    /// <summary>Leftovers of unfinished work were found at start.</summary>
    public void Removed(int files) => LogRemoved(logger, files);

    /// <summary>A segment, or a row group of it, turned out to be unreadable: it is left out from now on.</summary>
    public void SetAside(Segment segment, Exception failure)
    {
        int group = failure is SegmentDamagedException damaged ? damaged.Group : -1;
        if (group >= 0 && group < segment.BadGroups.Length)
        {
            segment.BadGroups[group] = true;
            Add($"Segment {segment.Path}: row group {group} is left out. {failure.Message}");
        }
        else
        {
            segment.IsExcluded = true;
            Add($"Segment {segment.Path} with {segment.Summary.Spans} spans is left out. {failure.Message}");
        }
    }

    /// <summary>The last append failed.</summary>
    public void WritingFailed(Exception failure)
    {
        lock (gate)
        {
            writing = $"Spans cannot be stored: {failure.Message}";
        }
        LogWritingFailed(logger, failure);
    }

    /// <summary>The last append succeeded.</summary>
    public void WritingWorks()
    {
        if (Volatile.Read(ref writing) is not null)
        {
            lock (gate)
            {
                writing = null;
            }
            LogWritingWorks(logger);
        }
    }

    /// <summary>Merging or retention failed; it is tried again.</summary>
    public void MaintenanceFailed(Exception failure)
    {
        lock (gate)
        {
            maintaining = $"Segments cannot be merged or deleted: {failure.Message}";
        }
        LogMaintenanceFailed(logger, failure);
    }

    /// <summary>Merging and retention work.</summary>
    public void MaintenanceWorks()
    {
        lock (gate)
        {
            maintaining = null;
        }
    }

    /// <summary>What retention does not believe of the clock; null: it believes it.</summary>
    public void Doubting(string? doubt)
    {
        lock (gate)
        {
            if (doubting == doubt)
            {
                return;
            }
            doubting = doubt;
        }
        if (doubt is not null)
        {
            LogDoubt(logger, doubt);
        }
    }

    /// <summary>Segments have been merged to one.</summary>
    public void Merged(int segments, int spans, string path) => LogMerged(logger, segments, spans, path);

    /// <summary>Segments have outlived their retention.</summary>
    public void Expired(int segments, long spans) => LogExpired(logger, segments, spans);

    /// <summary>True for the failures that a damaged segment causes.</summary>
    public static bool IsDamage(Exception failure) => failure is SegmentDamagedException or InvalidDataException
        or IndexOutOfRangeException or ArgumentOutOfRangeException or OverflowException;

    [LoggerMessage(Level = LogLevel.Error, Message = "Span store: {Problem}")]
    private static partial void LogProblem(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Span store: removed {Files} files of unfinished work")]
    private static partial void LogRemoved(ILogger logger, int files);

    [LoggerMessage(Level = LogLevel.Error, Message = "Span store: spans cannot be stored")]
    private static partial void LogWritingFailed(ILogger logger, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Span store: segments cannot be merged or deleted; it is tried again")]
    private static partial void LogMaintenanceFailed(ILogger logger, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Span store: {Doubt}")]
    private static partial void LogDoubt(ILogger logger, string doubt);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Span store: merged {Segments} segments to {Path} with {Spans} spans")]
    private static partial void LogMerged(ILogger logger, int segments, int spans, string path);

    [LoggerMessage(Level = LogLevel.Information, Message = "Span store: deleted {Segments} segments with {Spans} spans that have outlived their retention")]
    private static partial void LogExpired(ILogger logger, int segments, long spans);

    [LoggerMessage(Level = LogLevel.Information, Message = "Span store: spans can be stored again")]
    private static partial void LogWritingWorks(ILogger logger);
}
