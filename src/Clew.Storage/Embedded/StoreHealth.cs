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

    /// <summary>All problems, the present one of writing last.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (gate)
            {
                return writing is null ? [.. problems] : [.. problems, writing];
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

    /// <summary>True for the failures that a damaged segment causes.</summary>
    public static bool IsDamage(Exception failure) => failure is SegmentDamagedException or InvalidDataException
        or IndexOutOfRangeException or ArgumentOutOfRangeException or OverflowException;

    [LoggerMessage(Level = LogLevel.Error, Message = "Span store: {Problem}")]
    private static partial void LogProblem(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Span store: removed {Files} files of unfinished work")]
    private static partial void LogRemoved(ILogger logger, int files);

    [LoggerMessage(Level = LogLevel.Error, Message = "Span store: spans cannot be stored")]
    private static partial void LogWritingFailed(ILogger logger, Exception failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "Span store: spans can be stored again")]
    private static partial void LogWritingWorks(ILogger logger);
}
