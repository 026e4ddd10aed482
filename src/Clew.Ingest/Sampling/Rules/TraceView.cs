using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Sampling.Rules;

/// <summary>Traces of a batch that are to be decided, with what several rules ask of them. Reused; bounded by the batch.</summary>
internal sealed class TraceView
{
    private readonly Dictionary<int, SamplingState> states = []; // by string id
    private readonly List<int> rows = [];
    private ulong[] randomness = [];

    public Tenant Tenant { get; private set; } = Tenant.Default;

    public TraceBatch Batch { get; private set; } = new();

    /// <summary>Number of traces.</summary>
    public int Count => rows.Count;

    /// <summary>Starts anew with a batch and none of its traces.</summary>
    public void Begin(Tenant tenant, TraceBatch batch)
    {
        Tenant = tenant;
        Batch = batch;
        rows.Clear();
        states.Clear();
    }

    /// <summary>Adds a trace by its row.</summary>
    public void Add(int trace)
    {
        if (randomness.Length == rows.Count)
        {
            Array.Resize(ref randomness, Math.Max(64, rows.Count * 2));
        }
        randomness[rows.Count] = FindRandomness(trace);
        rows.Add(trace);
    }

    /// <summary>Row of the trace in the batch's table.</summary>
    public int Row(int trace) => rows[trace];

    /// <summary>The trace's spans.</summary>
    public RowRange Spans(int trace) => Batch.Traces.Spans[rows[trace]];

    /// <summary>The trace's randomness, 56 bits.</summary>
    public ulong Randomness(int trace) => randomness[trace];

    /// <summary>Which operations call which, as a number.</summary>
    public ulong Shape(int trace) => Batch.Traces.ShapeHashes[rows[trace]];

    /// <summary>Row of the root span, or −1 where this part of the trace has none.</summary>
    public int Root(int trace)
    {
        int first = Spans(trace).Start;
        return Batch.Spans.Spans.ParentSpanIds[first].IsEmpty ? first : -1;
    }

    /// <summary>Nanoseconds from the first start to the last end.</summary>
    public ulong Duration(int trace)
    {
        var spans = Batch.Spans.Spans;
        var range = Spans(trace);
        ulong start = ulong.MaxValue;
        ulong end = 0;
        for (int row = range.Start; row < range.End; row++)
        {
            start = Math.Min(start, spans.StartTimes[row]);
            end = Math.Max(end, spans.EndTimes[row]);
        }
        return end > start ? end - start : 0;
    }

    private ulong FindRandomness(int trace)
    {
        var range = Batch.Traces.Spans[trace];
        int[] ids = Batch.Spans.Spans.TraceStates;
        for (int row = range.Start; row < range.End; row++)
        {
            if (ids[row] == 0)
            {
                continue;
            }
            if (!states.TryGetValue(ids[row], out var state))
            {
                state = SamplingState.Parse(Batch.Spans.Strings[ids[row]]);
                states.Add(ids[row], state);
            }
            if (state.Randomness is { } sent)
            {
                return sent;
            }
        }
        return SamplingState.RandomnessOf(Batch.Traces.TraceIds[trace]);
    }
}
