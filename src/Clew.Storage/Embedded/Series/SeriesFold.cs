using System.Buffers;
using Clew.Core.Series;

namespace Clew.Storage.Embedded.Series;

/// <summary>
/// Writes points from memory into blocks: for each tenant, resolution and partition that has some, one block. Each point goes to every
/// resolution that still keeps its time.
/// </summary>
/// <param name="resolutions">Finest first.</param>
/// <param name="clock">The time.</param>
/// <param name="gate">Held while sketches are looked at.</param>
internal sealed class SeriesFold(IReadOnlyList<SeriesResolution> resolutions, SeriesClock clock, Lock gate)
{
    private readonly ArrayBufferWriter<byte> bytes = new();

    /// <exception cref="IOException">The system refuses.</exception>
    public void Write(string tenant, SeriesKeys keys, SeriesMemory memory, SeriesBlockFiles files, CancellationToken cancellationToken)
    {
        ulong aheadFrom = SeriesPartition.AheadFrom(clock.Wall);
        var writers = new Dictionary<(int Resolution, long Partition), SeriesBlockWriter>();
        foreach (var (number, key) in InOrder(keys, memory))
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (gate)
            {
                WriteSeries(tenant, key, memory.Series[number], aheadFrom, writers, files);
            }
        }
    }

    private void WriteSeries(
        string tenant, byte[] key, Dictionary<long, SeriesMemoryCell> cells, ulong aheadFrom,
        Dictionary<(int Resolution, long Partition), SeriesBlockWriter> writers, SeriesBlockFiles files)
    {
        long[] steps = [.. cells.Keys];
        Array.Sort(steps);
        for (int level = 0; level < resolutions.Count; level++)
        {
            var resolution = resolutions[level];
            ulong width = SeriesClock.Nanoseconds(resolution.Step);
            long perStep = (long)(width / SeriesDelta.StepWidth);
            ulong retention = SeriesClock.Nanoseconds(resolution.Retention);
            SeriesBlockWriter? writer = null;
            long partition = -1;
            for (int i = 0; i < steps.Length;)
            {
                long step = steps[i] / perStep;
                int end = i + 1;
                while (end < steps.Length && steps[end] / perStep == step)
                {
                    end++;
                }
                bool isAhead = (ulong)step * width >= aheadFrom;
                bool isKept = isAhead
                    ? level == resolutions.Count - 1
                    : !clock.IsPast(EndOf(SeriesPartition.Of(step), width), retention);
                if (isKept)
                {
                    long its = isAhead ? SeriesPartition.Ahead : SeriesPartition.Of(step);
                    if (writer is null || its != partition)
                    {
                        partition = its;
                        writer = WriterOf((level, partition));
                        writer.Begin(key);
                    }
                    Add(writer, step, cells, steps.AsSpan(i, end - i));
                }
                i = end;
            }
        }

        SeriesBlockWriter WriterOf((int Resolution, long Partition) place)
        {
            if (!writers.TryGetValue(place, out var known))
            {
                writers.Add(place, known = files.Begin(tenant, resolutions[place.Resolution], place.Partition));
            }
            return known;
        }
    }

    /// <summary>When a partition is over, Unix nanoseconds.</summary>
    public static ulong EndOf(long partition, ulong width)
    {
        var end = (UInt128)(ulong)(partition + 1) * (ulong)SeriesPartition.Steps * width;
        return end > ulong.MaxValue ? ulong.MaxValue : (ulong)end;
    }

    private void Add(SeriesBlockWriter writer, long step, Dictionary<long, SeriesMemoryCell> cells, ReadOnlySpan<long> from)
    {
        var first = cells[from[0]];
        ulong errors = first.Errors;
        var durations = first.Durations!;
        var exemplars = first.Exemplars;
        if (from.Length > 1)
        {
            durations = new LatencySketch();
            durations.Merge(first.Durations!);
            foreach (long other in from[1..])
            {
                var cell = cells[other];
                durations.Merge(cell.Durations!);
                errors += cell.Errors;
                exemplars.Merge(cell.Exemplars);
            }
        }
        bytes.ResetWrittenCount();
        durations.Write(bytes);
        exemplars.Write(bytes);
        writer.Add(step, errors, bytes.WrittenSpan);
    }

    private static List<(int Number, byte[] Key)> InOrder(SeriesKeys keys, SeriesMemory memory)
    {
        var order = new List<(int Number, byte[] Key)>(memory.Series.Count);
        var bytes = new ArrayBufferWriter<byte>();
        foreach (int number in memory.Series.Keys)
        {
            bytes.ResetWrittenCount();
            keys[number].Write(bytes);
            order.Add((number, bytes.WrittenSpan.ToArray()));
        }
        order.Sort(static (a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        return order;
    }
}
