using System.Diagnostics;

namespace Clew.Load.Crash;

/// <summary>
/// Which payload goes next: new ones, later parts when they are due, and repeats, also to later lives of the server. Goes on over restarts of the server. Thread-safe.
/// </summary>
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
    public (long Block, int Part) Take()
    {
        lock (gate)
        {
            var taken = Choose();
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

    private (long Block, int Part) Choose()
    {
        if (again.TryDequeue(out var payload))
        {
            Repeats++;
            return payload;
        }
        if (recent.Count > 0 && random.Next(10) == 0)
        {
            Repeats++;
            return recent[random.Next(recent.Count)];
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
}
