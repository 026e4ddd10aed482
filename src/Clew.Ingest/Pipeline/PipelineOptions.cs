using System.Numerics;

namespace Clew.Ingest.Pipeline;

/// <summary>The bounds and delays of head, assembler and pipeline. Immutable; every property has a default that suits a small server.</summary>
public sealed record PipelineOptions
{
    /// <summary>
    /// Bytes in use that the head may hold: rows, strings and indexes of open traces, of closed ones not yet stored, and of stored ones
    /// not yet reclaimed. Dictionaries grow by doubling and empty arenas are kept for a while, so somewhat more is reserved from the system.
    /// </summary>
    public long HeadBytes { get; init; } = 256L << 20;

    /// <summary>
    /// Shards of the head, a power of two. Each has its own lock and dictionaries, so that more of them also mean more memory and more
    /// strings held twice. By default one for every two processors, at most 8.
    /// </summary>
    public int HeadShards { get; init; } = 1 << BitOperations.Log2((uint)Math.Clamp(Environment.ProcessorCount / 2, 1, 8));

    /// <summary>A trace whose root has ended closes after this long without a span. A little more than the SDKs' usual export interval of 5 s.</summary>
    public TimeSpan QuietPeriod { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>A trace without a root closes after this long without a span.</summary>
    public TimeSpan IdlePeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A trace closes at this age, whatever comes.</summary>
    public TimeSpan MaxTraceAge { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A trace closes at this number of spans; later ones form a part of their own.</summary>
    public int MaxTraceSpans { get; init; } = 100_000;

    /// <summary>A trace closes at this many bytes in the head; later spans form a part of their own.</summary>
    public long MaxTraceBytes { get; init; } = 32L << 20;

    /// <summary>Closed traces are stored at least this often.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The bound of one append, unless one trace is larger, and about the size of most: closed traces of one arena of the head are stored
    /// when they are nearly as many.
    /// </summary>
    public int FlushSpans { get; init; } = 180_000;

    /// <summary>Closed traces are stored as soon as they hold this many bytes; also the bound of one append, unless one trace is larger.</summary>
    public long FlushBytes { get; init; } = 96L << 20;

    /// <summary>How often deadlines are looked at.</summary>
    public TimeSpan TickInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a sender is made to wait for room before it is told to come back later.</summary>
    public TimeSpan AdmissionWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Delay before a refused append is tried again; doubles with every refusal in a row up to <see cref="MaxRetryDelay"/>.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Ids of closed traces remembered, so that spans that come late are known to be late; what is older is looked up in the store. About 16
    /// bytes each.
    /// </summary>
    public int RecentTraces { get; init; } = 400_000;

    /// <summary>
    /// How long a probe can still be found after its trace has closed: as long as it is looked for, so that a slow search is seen to be slow.
    /// </summary>
    public TimeSpan ProbeHold { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Share of the journal's bound at which the oldest open traces are closed as they are, so that they do not pin it.</summary>
    public double JournalPressure { get; init; } = 0.75;

    /// <summary>Throws where a value makes no sense.</summary>
    /// <exception cref="ArgumentException">Which one, and what it must be.</exception>
    public void Validate()
    {
        Require(HeadBytes > 0, nameof(HeadBytes), "positive");
        Require(HeadShards > 0 && int.IsPow2(HeadShards), nameof(HeadShards), "a power of two");
        Require(QuietPeriod > TimeSpan.Zero, nameof(QuietPeriod), "positive");
        Require(IdlePeriod > TimeSpan.Zero, nameof(IdlePeriod), "positive");
        Require(MaxTraceAge > TimeSpan.Zero, nameof(MaxTraceAge), "positive");
        Require(MaxTraceSpans > 0, nameof(MaxTraceSpans), "positive");
        Require(MaxTraceBytes > 0, nameof(MaxTraceBytes), "positive");
        Require(FlushInterval > TimeSpan.Zero, nameof(FlushInterval), "positive");
        Require(FlushSpans > 0, nameof(FlushSpans), "positive");
        Require(FlushBytes > 0, nameof(FlushBytes), "positive");
        Require(TickInterval > TimeSpan.Zero, nameof(TickInterval), "positive");
        Require(AdmissionWait >= TimeSpan.Zero, nameof(AdmissionWait), "zero or positive");
        Require(RetryDelay > TimeSpan.Zero && MaxRetryDelay >= RetryDelay, nameof(RetryDelay), "positive and at most MaxRetryDelay");
        Require(RecentTraces > 0, nameof(RecentTraces), "positive");
        Require(ProbeHold >= TimeSpan.Zero, nameof(ProbeHold), "zero or positive");
        Require(JournalPressure is > 0 and < 1, nameof(JournalPressure), "between 0 and 1");
    }

    private static void Require(bool holds, string name, string what)
    {
        if (!holds)
        {
            throw new ArgumentException($"{name} must be {what}.", name);
        }
    }
}
