namespace Clew.Load.Crash;

/// <summary>How a crash run goes; bench/README.md says what each is for.</summary>
internal sealed record CrashOptions
{
    public required string Program { get; init; }

    public required IReadOnlyList<string> ServerArguments { get; init; }

    public required int Cycles { get; init; }

    public required int Seed { get; init; }

    public required int Connections { get; init; }

    /// <summary>Spans a second.</summary>
    public required double Rate { get; init; }

    /// <summary>Cycles between two comparisons of counts.</summary>
    public required int CountsEvery { get; init; }

    /// <summary>Cycles between two checks of everything.</summary>
    public required int FullEvery { get; init; }

    /// <summary>What the server samples with; null: it keeps everything.</summary>
    public CrashSampling? Sampling { get; init; }

    /// <summary>Share of starts that are cut short.</summary>
    public double StartKills { get; init; } = 0.2;
}
