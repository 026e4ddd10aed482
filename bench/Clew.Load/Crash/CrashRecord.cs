namespace Clew.Load.Crash;

/// <summary>
/// The outside record: what was sent and what was acknowledged, in this process, which nobody kills. Thread-safe. Bounded by the run: some
/// 60 bytes a block.
/// </summary>
internal sealed class CrashRecord(CrashPlan plan)
{
    private readonly Lock gate = new();
    private readonly List<Block> blocks = [];
    private readonly SortedSet<long> touched = [];
    private readonly Dictionary<CountGroup, long> counts = [];

    public CrashPlan Plan => plan;

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
