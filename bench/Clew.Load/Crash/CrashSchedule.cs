using System.Diagnostics;

namespace Clew.Load.Crash;

/// <summary>
/// Which payload goes next: new ones, later parts when they are due, and repeats. Goes on over restarts of the server. Thread-safe.
/// </summary>
/// <remarks>
/// A payload is repeated to a later life of the server only where the plan allows it: copies that come after their trace was stored by an
/// earlier life count beside the first until a merge removes them, and the other counts are to be exact.
/// </remarks>
internal sealed class CrashSchedule(CrashRecord record, int seed)
{
    private const int RecentPayloads = 500;

    private readonly Lock gate = new();
    private readonly Random random = new(seed);
    private readonly PriorityQueue<(long Block, int Part), double> due = new();
    private readonly Queue<(long Block, int Part)> again = new();
    private readonly List<(long Block, int Part)> recent = [];
    private readonly Stopwatch watch = Stopwatch.StartNew();

    /// <summary>Payloads sent a second time or more.</summary>
    public long Repeats { get; private set; }

    /// <summary>The next payload.</summary>
    /// <param name="life">Of the server.</param>
    public (long Block, int Part) Take(int life)
    {
        lock (gate)
        {
            var taken = Choose(life);
            if (recent.Count < RecentPayloads)
            {
                recent.Add(taken);
            }
            else
            {
                recent[random.Next(RecentPayloads)] = taken;
            }
            return taken;
        }
    }

    /// <summary>Not acknowledged: to be sent again, by this life or the next.</summary>
    public void Return(long block, int part)
    {
        lock (gate)
        {
            // A sender may also give up.
            if (random.Next(3) > 0)
            {
                again.Enqueue((block, part));
            }
        }
    }

    private (long Block, int Part) Choose(int life)
    {
        while (again.TryDequeue(out var payload))
        {
            if (MayRepeat(payload, life))
            {
                Repeats++;
                return payload;
            }
        }
        if (recent.Count > 0 && random.Next(10) == 0 && recent[random.Next(recent.Count)] is var copy && MayRepeat(copy, life))
        {
            Repeats++;
            return copy;
        }
        if (due.TryPeek(out _, out double time) && time <= watch.Elapsed.TotalSeconds)
        {
            return due.Dequeue();
        }
        long block = record.Begin();
        for (int part = 1; part < record.Plan.Parts(block); part++)
        {
            double delay = record.Plan.Kind(block) == CrashBlock.Late ? 1 + (4 * random.NextDouble()) : 0.4 * part * random.NextDouble();
            due.Enqueue((block, part), watch.Elapsed.TotalSeconds + delay);
        }
        return (block, 0);
    }

    private bool MayRepeat((long Block, int Part) payload, int life) => record.State(payload.Block, payload.Part) switch
    {
        PartState.Gone or PartState.None or PartState.Sent => true,
        _ => record.Plan.IsRepeatable(payload.Block) || record.Life(payload.Block, payload.Part) == life,
    };
}
