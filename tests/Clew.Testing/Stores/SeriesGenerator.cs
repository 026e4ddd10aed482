using Clew.Core.Model;
using Clew.Core.Series;

namespace Clew.Testing.Stores;

/// <summary>Makes deltas as batches of traces would: some services, operations and edges, most of it recent, some late. The same for the same seed.</summary>
public sealed class SeriesGenerator(int seed)
{
    private readonly Random random = new(seed);

    /// <summary>Unix nanoseconds; nothing is later.</summary>
    public ulong Now { get; set; } = 1_767_225_600_000_000_000;

    /// <summary>How far back the latest of the late lie.</summary>
    public TimeSpan Latest { get; init; } = TimeSpan.FromHours(20);

    public int Services { get; init; } = 4;

    public int Operations { get; init; } = 6;

    /// <param name="spans">How many times something is counted.</param>
    public SeriesDelta Delta(int spans = 200)
    {
        var delta = new SeriesDelta();
        for (int i = 0; i < spans; i++)
        {
            ulong back = random.Next(10) == 0 ? Within(Latest) : Within(TimeSpan.FromMinutes(2));
            ulong duration = random.Next(20) switch
            {
                0 => 0,
                1 => (ulong)random.NextInt64() << 1,
                _ => (ulong)Math.Exp(10 + (random.NextDouble() * 8)),
            };
            int cell = delta.CellOf(Key(), SeriesDelta.StepOf(Now - back));
            delta.Add(cell, duration, random.Next(15) == 0);
            if (random.Next(3) > 0)
            {
                delta.Offer(cell, new TraceId(0, (ulong)random.Next(1, 100_000)), duration);
            }
        }
        return delta;
    }

    public SeriesKey Key() => random.Next(4) == 0
        ? SeriesKey.Edge($"service-{random.Next(Services)}", $"service-{random.Next(Services)}", (ConnectionType)random.Next(5), (EdgeView)random.Next(4))
        : SeriesKey.Red($"service-{random.Next(Services)}", $"operation {random.Next(Operations)}", (SpanKind)random.Next(6), (StatusCode)random.Next(3));

    private ulong Within(TimeSpan span) => (ulong)random.NextInt64(span.Ticks) * TimeSpan.NanosecondsPerTick;
}
