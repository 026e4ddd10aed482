using Microsoft.Extensions.Logging;

namespace Clew.Ingest.Journal;

/// <summary>What was found wrong at start, and what is wrong now. Thread-safe; bounded to <see cref="MaxFound"/> sentences and three.</summary>
internal sealed class JournalProblems(ILogger logger)
{
    private const int MaxFound = 32;

    private readonly Lock gate = new();
    private readonly List<string> found = [];
    private int more;
    private string? writing;
    private string? housekeeping;
    private string? room;

    /// <summary>Why the disk takes no records now, or null.</summary>
    public string? Refusal
    {
        get
        {
            lock (gate)
            {
                return writing ?? room;
            }
        }
    }

    /// <summary>All of it, one sentence each.</summary>
    public IReadOnlyList<string> ToList()
    {
        lock (gate)
        {
            string?[] all = [writing, room, housekeeping, .. found, more > 0 ? $"{more} more problems were found; the log names them." : null];
            return [.. all.Where(problem => problem is not null)!];
        }
    }

    /// <summary>An invalid part before a valid one, or one that was known to be synced.</summary>
    public void Corrupt(string path, long offset, string what)
    {
        JournalLog.Corrupt(logger, path, offset, what);
        Found($"Corruption in '{path}' at byte {offset}: {what}.");
    }

    /// <summary>The end of a write that a crash interrupted.</summary>
    public void Cut(string path, long offset, long bytes)
    {
        JournalLog.Cut(logger, path, offset, bytes);
        Found($"A torn end of {bytes} bytes was cut from '{path}' at byte {offset}; nothing in it had been synced.");
    }

    /// <summary>Records that the sync policy did not promise to keep.</summary>
    public void Lost(string path, long first, long last)
    {
        JournalLog.Lost(logger, first, last, path);
        Found($"Records {first} to {last} before '{path}' were not synced when the machine stopped, and are lost.");
    }

    /// <summary>The disk refused a write or sync; null when it took one again.</summary>
    public void Writing(Exception? failure) => Set(ref writing, failure is null ? null : $"The disk refuses the journal: {failure.Message}");

    /// <summary>The disk has no room to spare; null when it has again.</summary>
    public void Room(string? refusal) => Set(ref room, refusal);

    /// <summary>The disk refused a checkpoint or rename; null when it took one again.</summary>
    public void Housekeeping(Exception? failure) =>
        Set(ref housekeeping, failure is null ? null : $"The disk refuses to recycle the journal's files: {failure.Message}");

    private void Set(ref string? problem, string? value)
    {
        lock (gate)
        {
            if (value is not null && problem is null)
            {
                JournalLog.Failing(logger, value);
            }
            else if (value is null && problem is not null)
            {
                JournalLog.Recovered(logger, problem);
            }
            problem = value;
        }
    }

    private void Found(string sentence)
    {
        lock (gate)
        {
            if (found.Count < MaxFound)
            {
                found.Add(sentence);
            }
            else
            {
                more++;
            }
        }
    }
}
