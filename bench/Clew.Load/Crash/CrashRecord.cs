namespace Clew.Load.Crash;

/// <summary>
/// The outside record: what was sent and what was acknowledged, in this process, which nobody kills. Thread-safe. Bounded by the run: some
/// 60 bytes a block.
/// </summary>
internal sealed class CrashRecord(CrashPlan plan, CrashSampling? sampling = null)
{
    private readonly Lock gate = new();
    private readonly List<Block> blocks = [];
    private readonly SortedSet<long> touched = [];
    private readonly Dictionary<CountGroup, long> counts = [];
    private readonly Dictionary<long, bool> decisions = []; // seen, of traces whose id does not say

    public CrashPlan Plan => plan;

    public CrashSampling? Sampling => sampling;

    /// <summary>Whether a trace is kept; null where only the server knows, and it was not seen yet.</summary>
    public bool? Keeps(long trace)
    {
        if (sampling is null || CrashPlan.IsMark(trace))
        {
            return true;
        }
        if (sampling.Keeps(plan.TraceIdText(trace)) is { } keeps)
        {
            return keeps;
        }
        lock (gate)
        {
            return decisions.TryGetValue(trace, out bool decision) ? decision : null;
        }
    }

    /// <summary>What the server has decided about a trace: it holds from now on.</summary>
    public void Decided(long trace, bool isKept)
    {
        lock (gate)
        {
            decisions.Add(trace, isKept);
        }
    }

    public int Blocks
    {
        get
        {
            lock (gate)
            {
                return blocks.Count;
            }
        }
    }

    /// <summary>Payloads and spans acknowledged, each once however often it was sent.</summary>
    public (long Payloads, long Spans) Acknowledged { get; private set; }

    /// <summary>Payloads that were sent, never acknowledged, and turned out to be kept, or not.</summary>
    public (long Kept, long Gone) Doubtful { get; private set; }

    /// <summary>A new block; returns its number.</summary>
    public long Begin()
    {
        lock (gate)
        {
            blocks.Add(new Block(plan.Parts(blocks.Count)));
            return blocks.Count - 1;
        }
    }

    public PartState State(long block, int part)
    {
        lock (gate)
        {
            return blocks[(int)block].States[part];
        }
    }

    /// <summary>Call before the first byte goes out.</summary>
    public void Sending(long block, int part)
    {
        lock (gate)
        {
            var known = blocks[(int)block];
            touched.Add(block);
            if (known.States[part] is PartState.None or PartState.Gone)
            {
                known.States[part] = PartState.Sent;
            }
        }
    }

    /// <summary>Call when the last byte of the answer was read.</summary>
    public void Acknowledge(long block, int part)
    {
        lock (gate)
        {
            var known = blocks[(int)block];
            if (known.States[part] != PartState.Acknowledged)
            {
                Acknowledged = (Acknowledged.Payloads + 1, Acknowledged.Spans + plan.SpansOfPart(block));
                if (known.States[part] != PartState.Kept)
                {
                    Count(block, part);
                }
            }
            known.States[part] = PartState.Acknowledged;
        }
    }

    /// <summary>What a check found out about a payload whose fate was open.</summary>
    public void Resolve(long block, int part, bool isKept)
    {
        lock (gate)
        {
            blocks[(int)block].States[part] = isKept ? PartState.Kept : PartState.Gone;
            Doubtful = isKept ? (Doubtful.Kept + 1, Doubtful.Gone) : (Doubtful.Kept, Doubtful.Gone + 1);
            if (isKept)
            {
                Count(block, part);
            }
        }
    }

    /// <summary>Blocks that something was sent of since the last call.</summary>
    public List<long> TakeTouched()
    {
        lock (gate)
        {
            List<long> taken = [.. touched];
            touched.Clear();
            return taken;
        }
    }

    /// <summary>Spans that must be there.</summary>
    public Dictionary<CountGroup, long> Counts()
    {
        lock (gate)
        {
            return new(counts);
        }
    }

    /// <summary>Spans that must be stored: of traces that are kept. Null where that is not known of all of them.</summary>
    public Dictionary<CountGroup, long>? KeptCounts()
    {
        if (sampling is null)
        {
            return Counts();
        }
        var kept = new Dictionary<CountGroup, long>();
        for (long block = 0; block < Blocks; block++)
        {
            for (int part = 0; part < plan.Parts(block); part++)
            {
                foreach (long trace in State(block, part) is PartState.Acknowledged or PartState.Kept ? plan.Traces(block) : [])
                {
                    if (Keeps(trace) is not { } isKept)
                    {
                        return null;
                    }
                    foreach (var span in isKept ? plan.Spans(trace, part) : [])
                    {
                        kept[span.Group] = kept.GetValueOrDefault(span.Group) + 1;
                    }
                }
            }
        }
        return kept;
    }

    private void Count(long block, int part)
    {
        foreach (long trace in plan.Traces(block))
        {
            foreach (var span in plan.Spans(trace, part))
            {
                counts[span.Group] = counts.GetValueOrDefault(span.Group) + 1;
            }
        }
    }

    private sealed class Block(int parts)
    {
        public PartState[] States { get; } = new PartState[parts];
    }
}
