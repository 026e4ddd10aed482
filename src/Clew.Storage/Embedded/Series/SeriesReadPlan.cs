using Clew.Core.Model;

namespace Clew.Storage.Embedded.Series;

/// <summary>At which resolution a read is answered, from when to when, and how far apart points are.</summary>
/// <param name="Resolution">Step of what is read, nanoseconds.</param>
/// <param name="Step">Nanoseconds between points; 0: one point.</param>
/// <param name="Range">The range, widened to whole steps.</param>
/// <param name="AheadFrom">Finer resolutions do not keep what is later than this.</param>
internal sealed record SeriesReadPlan(ulong Resolution, ulong Step, TimeRange Range, ulong AheadFrom)
{
    private const ulong MostStepsOfOnePoint = 1440;

    public bool Holds(ulong time) => Range.Contains(time) && time < AheadFrom;

    /// <summary>The start of the point a time belongs to.</summary>
    public ulong PointOf(ulong time) => Step == 0 ? Range.From : time - (time % Step);

    /// <param name="query">What is asked for.</param>
    /// <param name="resolutions">Finest first.</param>
    /// <param name="oldest">The oldest point there is.</param>
    /// <param name="newest">The newest point there is.</param>
    /// <param name="clock">The time.</param>
    public static SeriesReadPlan Make(SeriesQuery query, IReadOnlyList<SeriesResolution> resolutions, ulong oldest, ulong newest, SeriesClock clock)
    {
        ulong from = oldest <= newest ? Math.Max(query.Range.From, oldest) : query.Range.From; // there may be nothing
        ulong to = Math.Min(query.Range.To, newest);
        ulong asked = SeriesClock.Nanoseconds(query.Step);
        ulong aheadFrom = SeriesPartition.AheadFrom(clock.Wall);
        var chosen = resolutions[^1];
        for (int i = 0; i < resolutions.Count - 1; i++)
        {
            ulong width = SeriesClock.Nanoseconds(resolutions[i].Step);
            bool keeps = from < aheadFrom && !clock.IsPast(from, SeriesClock.Nanoseconds(resolutions[i].Retention));
            if (keeps && IsCoarseEnough(i, width))
            {
                chosen = resolutions[i];
                break;
            }
        }
        ulong resolution = SeriesClock.Nanoseconds(chosen.Step);
        ulong step = asked == 0 ? 0 : Up(Math.Max(asked, resolution), resolution);
        ulong aligned = step == 0 ? resolution : step;
        var range = new TimeRange(query.Range.From - (query.Range.From % aligned), Up(query.Range.To, aligned));
        return new SeriesReadPlan(resolution, step, range, chosen == resolutions[^1] ? ulong.MaxValue : aheadFrom);

        // The next coarser one would do, too: then it is cheaper.
        bool IsCoarseEnough(int i, ulong width)
        {
            if (asked == 0)
            {
                return to <= from || (to - from) / width <= MostStepsOfOnePoint;
            }
            ulong coarser = SeriesClock.Nanoseconds(resolutions[i + 1].Step);
            return asked < coarser || (asked % coarser != 0 && asked % width == 0);
        }
    }

    private static ulong Up(ulong value, ulong unit) =>
        value % unit == 0 ? value : value > ulong.MaxValue - unit ? ulong.MaxValue : value - (value % unit) + unit;
}
