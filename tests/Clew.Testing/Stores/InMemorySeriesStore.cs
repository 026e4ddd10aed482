using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Storage;

namespace Clew.Testing.Stores;

/// <summary>The slow and obvious series store that others are compared with: keeps every cell that was committed, and adds them up when asked.</summary>
public sealed class InMemorySeriesStore : ISeriesStore
{
    private readonly Lock gate = new();
    private readonly List<(Tenant Tenant, SeriesCell Cell)> cells = [];
    private (AppendId Append, List<(Tenant Tenant, SeriesCell Cell)> Cells)? begun;
    private AppendId last;

    public SeriesStoreCapabilities Capabilities => SeriesStoreCapabilities.None;

    public IReadOnlyList<SeriesResolution> Resolutions { get; } = [new(TimeSpan.FromSeconds(10), TimeSpan.FromDays(36_500))];

    public AppendId LastCommitted { get; private set; }

    /// <summary>Refuses every append.</summary>
    public bool Refuses { get; set; }

    public ValueTask<AppendId> BeginAsync(Tenant tenant, SeriesDelta delta, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Refuses)
        {
            throw new StoreUnavailableException("Series are refused.");
        }
        lock (gate)
        {
            last = new AppendId(last.Value + 1);
            begun = (last, Enumerable.Range(0, delta.Count).Select(i => (tenant, Copy(delta[i]))).ToList());
            return ValueTask.FromResult(last);
        }
    }

    public void Commit(AppendId append)
    {
        lock (gate)
        {
            if (begun?.Append != append)
            {
                throw new InvalidOperationException($"Append {append.Value} is not the one that was begun last.");
            }
            cells.AddRange(begun.Value.Cells);
            LastCommitted = append;
            begun = null;
        }
    }

    public void Abandon(AppendId append)
    {
        lock (gate)
        {
            begun = begun?.Append == append ? null : begun;
        }
    }

    public ValueTask<SeriesResult> ReadAsync(SeriesQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ulong asked = (ulong)query.Step.Ticks * TimeSpan.NanosecondsPerTick;
        return ValueTask.FromResult(Read(query, (asked + SeriesDelta.StepWidth - 1) / SeriesDelta.StepWidth * SeriesDelta.StepWidth, SeriesDelta.StepWidth));
    }

    /// <summary>Reads with points so far apart, the ends of the range widened to whole steps.</summary>
    public SeriesResult Read(SeriesQuery query, ulong step, ulong resolution)
    {
        ulong unit = step == 0 ? resolution : step;
        ulong start = query.Range.From / unit * unit;
        var end = ((UInt128)query.Range.To + unit - 1) / unit * unit;
        bool isEndless = query.Range.To == ulong.MaxValue;
        lock (gate)
        {
            var series = from cell in cells
                         where cell.Tenant == query.Tenant && cell.Cell.Key.Kind == query.Kind
                         where cell.Cell.Step >= start && (isEndless || cell.Cell.Step < end)
                         where query.Filters.All(filter => filter.AnyOf.Contains(cell.Cell.Key.Labels[filter.Label]))
                         group cell.Cell by cell.Cell.Key into its
                         select new SeriesPoints(its.Key, [.. its.GroupBy(cell => step == 0 ? start : cell.Step / step * step).OrderBy(point => point.Key).Select(point => Sum(point.Key, point, query.WithDurations))]);
            return new SeriesResult(step, resolution, [.. series.OrderBy(its => string.Join('\0', its.Key.Labels.ToArray()), StringComparer.Ordinal)]);
        }
    }

    public SeriesStoreStatistics GetStatistics()
    {
        lock (gate)
        {
            return new SeriesStoreStatistics(cells.Select(cell => (cell.Tenant, cell.Cell.Key)).Distinct().Count(), 0, 0, 0, []);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static SeriesPoint Sum(ulong step, IEnumerable<SeriesCell> cells, bool withDurations)
    {
        var durations = new LatencySketch();
        ulong errors = 0;
        var exemplars = new Exemplars();
        foreach (var cell in cells)
        {
            durations.Merge(cell.Durations);
            errors += cell.Errors;
            exemplars.Merge(cell.Exemplars);
        }
        return new SeriesPoint(step, durations.Count, errors, withDurations ? exemplars : default, withDurations ? durations : null);
    }

    private static SeriesCell Copy(SeriesCell cell)
    {
        var durations = new LatencySketch();
        durations.Merge(cell.Durations);
        return cell with { Durations = durations };
    }
}
