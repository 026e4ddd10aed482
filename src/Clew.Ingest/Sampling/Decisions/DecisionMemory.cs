namespace Clew.Ingest.Sampling.Decisions;

/// <summary>
/// What was decided of late, and which spans were dropped that the journal or a sender may bring again.
/// </summary>
/// <remarks>
/// <para>Decisions: at most so many traces, for at most so long; the older half goes as a whole. About 24 bytes each. A trace that was
/// forgotten is decided anew: by the same randomness, so that shares come out the same.</para>
/// <para>Dropped spans: those of records that the journal still may replay, and the youngest of the others up to a bound. About 24 bytes each.</para>
/// <para>Belongs to the assembler's turn (and before that, to the recovery); the counts may be asked from any thread.</para>
/// </remarks>
internal sealed class DecisionMemory(int maxTraces, TimeSpan maxAge, int maxDroppedSpans, TimeProvider clock)
{
    private readonly HashSet<ulong> dropped = [];
    private readonly Queue<(long Newest, ulong[] Spans)> batches = [];
    private Dictionary<ulong, uint> young = [];
    private Dictionary<ulong, uint> old = [];
    private long youngSince = clock.GetTimestamp();

    /// <summary>Traces remembered.</summary>
    public int Traces => young.Count + old.Count;

    /// <summary>Dropped spans remembered.</summary>
    public int DroppedSpans => dropped.Count;

    public bool IsEmpty => Traces == 0 && dropped.Count == 0;

    /// <summary>Looks a trace up by its number.</summary>
    public bool TryFind(ulong trace, out SamplingDecision decision)
    {
        bool known = young.TryGetValue(trace, out uint code) || old.TryGetValue(trace, out code);
        decision = SamplingDecision.OfCode(code);
        return known;
    }

    /// <summary>True for a span, by its number, that was dropped.</summary>
    public bool IsDropped(ulong span) => dropped.Contains(span);

    /// <summary>Remembers a decision.</summary>
    public void Add(ulong trace, SamplingDecision decision) => Add(trace, decision.ToCode());

    /// <summary>Remembers a decision by its code.</summary>
    public void Add(ulong trace, uint code)
    {
        if (young.Count >= Math.Max(1, maxTraces / 2))
        {
            Turn();
        }
        young[trace] = code;
    }

    /// <summary>Remembers dropped spans.</summary>
    /// <param name="spans">Their numbers; the memory's from now on.</param>
    /// <param name="newest">The journal's newest record: none that may bring them again is younger.</param>
    public void AddDropped(ulong[] spans, long newest)
    {
        if (spans.Length > 0)
        {
            dropped.UnionWith(spans);
            batches.Enqueue((newest, spans));
        }
    }

    /// <summary>Forgets what is too old; the journal replays nothing before that record.</summary>
    public void Forget(long released)
    {
        if (clock.GetElapsedTime(youngSince) >= maxAge / 2)
        {
            Turn();
        }
        while (batches.TryPeek(out var oldest) && oldest.Newest < released && dropped.Count > maxDroppedSpans)
        {
            dropped.ExceptWith(oldest.Spans);
            batches.Dequeue();
        }
    }

    /// <summary>Every decision, the oldest first.</summary>
    public IEnumerable<KeyValuePair<ulong, uint>> Decisions => old.Concat(young);

    /// <summary>Dropped spans batch by batch, the oldest first.</summary>
    public IEnumerable<(long Newest, ulong[] Spans)> Dropped => batches;

    private void Turn()
    {
        (young, old) = (old, young);
        young.Clear();
        youngSince = clock.GetTimestamp();
    }
}
