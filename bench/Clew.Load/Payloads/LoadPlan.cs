namespace Clew.Load.Payloads;

/// <summary>
/// Which payload comes next. The load is a row of blocks, each a set of whole traces: one payload (whole), or one payload for each service
/// (spread), where service s sends its part s blocks later, so that twelve blocks are under way at any time. Thread-safe.
/// </summary>
internal sealed class LoadPlan
{
    public const int SpansPerPayload = 500;
    private const int TracesPerBlock = 1024; // numbers set aside; a block uses fewer
    private const int BlocksUnderWay = 64; // more than connections and lag can keep open; a power of two

    private readonly Lock gate = new();
    private readonly List<TraceShape>[] shapes;
    private readonly PayloadTemplate[][] templates; // by variant and part
    private readonly int lag;
    private readonly (long Block, ulong Time)[] times = new (long, ulong)[BlocksUnderWay];
    private long cursor;
    private long blocks;
    private long firstBlock;

    /// <summary>The synthetic load.</summary>
    public LoadPlan(LoadShape shape, int seed)
        : this(Shapes(shape, seed), shape == LoadShape.Spread, seed)
    {
    }

    /// <summary>Prepared payloads, a block each, one after the other and from the start again.</summary>
    public LoadPlan(IReadOnlyList<(List<TraceShape> Traces, PayloadTemplate Template)> payloads, int seed)
        : this([.. payloads.Select(payload => payload.Traces)], [.. payloads.Select(payload => new[] { payload.Template })], lag: 0, seed)
    {
    }

    private LoadPlan(List<TraceShape>[] shapes, bool spread, int seed)
        : this(shapes, [.. shapes.Select((traces, variant) => Templates(traces, spread, variant % 3))], lag: spread ? 1 : 0, seed)
    {
    }

    private LoadPlan(List<TraceShape>[] shapes, PayloadTemplate[][] templates, int lag, int seed)
    {
        this.shapes = shapes;
        this.templates = templates;
        this.lag = lag;
        Seed = (ulong)seed;
        Parts = templates[0].Length;
        Array.Fill(times, (-1L, 0UL));
    }

    public ulong Seed { get; }

    /// <summary>Payloads of a block.</summary>
    public int Parts { get; }

    /// <summary>By variant of the block and part.</summary>
    public IReadOnlyList<PayloadTemplate[]> Payloads => templates;

    public double BytesPerSpan => templates.Sum(parts => parts.Sum(template => (double)template.Bytes.Length)) / SpansOfAllVariants;

    private long SpansOfAllVariants => templates.Sum(parts => parts.Sum(template => (long)template.Patches.Length));

    /// <summary>Blocks that were or will be sent, since the plan was made.</summary>
    public long Blocks => Volatile.Read(ref blocks);

    /// <summary>Plans so many more spans, rounded up to whole blocks; <see cref="long.MaxValue"/>: until <see cref="End"/>.</summary>
    public void Extend(long spans)
    {
        lock (gate)
        {
            firstBlock = blocks;
            cursor = 0;
            long perBlock = SpansOfAllVariants / templates.Length;
            blocks = spans == long.MaxValue ? long.MaxValue : blocks + ((spans + perBlock - 1) / perBlock);
        }
    }

    /// <summary>Ends with the blocks that have begun.</summary>
    public void End()
    {
        lock (gate)
        {
            blocks = Math.Min(blocks, firstBlock + ((cursor + Parts - 1) / Parts));
        }
    }

    /// <summary>The next payload to send; false when all were given out.</summary>
    public bool TryTake(ulong now, out PlannedPayload payload)
    {
        lock (gate)
        {
            while (true)
            {
                long row = firstBlock + (cursor / Parts);
                int part = (int)(cursor % Parts);
                if (row - (lag * (Parts - 1)) >= blocks)
                {
                    payload = default;
                    return false;
                }
                cursor++;
                long block = row - (lag * part);
                if (block < firstBlock || block >= blocks)
                {
                    continue; // before the first and behind the last block some services have nothing to send
                }
                ref var time = ref times[block % BlocksUnderWay];
                if (time.Block != block)
                {
                    time = (block, now);
                }
                payload = new PlannedPayload((int)(block % templates.Length), part, block * TracesPerBlock, time.Time);
                return true;
            }
        }
    }

    private static List<TraceShape>[] Shapes(LoadShape shape, int seed)
    {
        bool spread = shape == LoadShape.Spread;
        int services = Vocabulary.Services.Length;
        var builder = new ShapeBuilder(seed);
        return
        [
            .. Enumerable.Range(0, spread ? 3 : 16)
                .Select(_ => builder.Build(spread ? SpansPerPayload * services : SpansPerPayload, spread ? SpansPerPayload : null)),
        ];
    }

    private static PayloadTemplate[] Templates(List<TraceShape> traces, bool spread, int instance) => spread
        ? [.. Enumerable.Range(0, Vocabulary.Services.Length).Select(service => PayloadTemplate.Build(traces, service, instance))]
        : [PayloadTemplate.Build(traces, -1, instance)];

    /// <summary>A trace that was sent, chosen by a number, and how many spans it has.</summary>
    public (TraceValues Values, TraceShape Shape) Trace(ulong choice)
    {
        long block = (long)(Mix.Of(Seed, choice) % (ulong)Blocks);
        var traces = shapes[block % shapes.Length];
        int trace = (int)(Mix.Of(~Seed, choice) % (ulong)traces.Count);
        return (new TraceValues(Seed, (block * TracesPerBlock) + trace), traces[trace]);
    }
}

/// <summary>One payload to send: its template and what to patch in.</summary>
internal readonly record struct PlannedPayload(int Variant, int Part, long FirstTrace, ulong Time);
