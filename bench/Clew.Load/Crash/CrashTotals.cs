namespace Clew.Load.Crash;

/// <summary>What a crash run did and saw.</summary>
internal sealed class CrashTotals
{
    private readonly SortedDictionary<KillMoment, int> kills = [];
    private readonly SortedDictionary<string, int> messages = new(StringComparer.Ordinal);

    /// <summary>Lives of the server that took spans.</summary>
    public int Lives { get; set; }

    public long SpansChecked { get; set; }

    public long ContentsChecked { get; set; }

    public int FullChecks { get; set; }

    public int CountChecks { get; set; }

    /// <summary>Traces that were found to be dropped when everything was checked last.</summary>
    public long Dropped { get; set; }

    public long Refusals { get; set; }

    public long Repeats { get; set; }

    public List<double> ReadyMilliseconds { get; } = [];

    public IReadOnlyDictionary<KillMoment, int> Kills => kills;

    /// <summary>What the server said of its health, and how often.</summary>
    public IReadOnlyDictionary<string, int> Messages => messages;

    public void Count(KillMoment moment) => kills[moment] = kills.GetValueOrDefault(moment) + 1;

    public void Count(string message) => messages[message] = messages.GetValueOrDefault(message) + 1;
}
