using System.Runtime.InteropServices;

namespace Clew.Ingest.Sampling.Rules;

/// <summary>Shapes seen fewer than so many times in this period and the one before.</summary>
/// <remarks>
/// Bounded: <see cref="MostShapes"/> shapes a period. What comes beyond is not remembered and therefore kept: too much rather than too little.
/// </remarks>
internal sealed class RareRule(int seenLessThan, TimeProvider clock) : ConditionRule
{
    public const int MostShapes = 50_000;

    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    private readonly Dictionary<ulong, int> pending = [];
    private Dictionary<ulong, int> before = [];
    private Dictionary<ulong, int> now = [];
    private long periodStart = clock.GetTimestamp();

    public override void Commit()
    {
        foreach (var (shape, times) in pending)
        {
            if (now.Count < MostShapes || now.ContainsKey(shape))
            {
                CollectionsMarshal.GetValueRefOrAddDefault(now, shape, out _) += times;
            }
        }
        pending.Clear();
    }

    protected override void Begin(TraceView traces)
    {
        pending.Clear();
        if (clock.GetElapsedTime(periodStart) >= Period)
        {
            periodStart = clock.GetTimestamp();
            (before, now) = (now, []);
        }
    }

    protected override bool Holds(TraceView traces, int trace)
    {
        ulong shape = traces.Shape(trace);
        ref int seen = ref CollectionsMarshal.GetValueRefOrAddDefault(pending, shape, out _);
        return seen++ + now.GetValueOrDefault(shape) + before.GetValueOrDefault(shape) < seenLessThan;
    }
}
