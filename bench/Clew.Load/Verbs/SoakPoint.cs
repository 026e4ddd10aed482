using System.Text.Json.Nodes;
using Clew.Load.Measuring;

namespace Clew.Load.Verbs;

/// <summary>One interval of a soak.</summary>
/// <param name="Seconds">Since the start.</param>
/// <param name="Rate">Spans acknowledged a second.</param>
/// <param name="RssMiB">Resident memory of the server.</param>
/// <param name="MappedMiB">Of it, pages of mapped files.</param>
/// <param name="Handles">Its open files and sockets.</param>
/// <param name="Threads">Its threads.</param>
/// <param name="CpuSeconds">Its CPU in the interval.</param>
/// <param name="AcknowledgedMs">p95 from sending to acknowledgement.</param>
/// <param name="QueryMs">p95 over all kinds of queries.</param>
/// <param name="Segments">Stored.</param>
/// <param name="StoredMiB">Stored.</param>
/// <param name="OpenSpans">Not stored yet.</param>
internal sealed record SoakPoint(
    double Seconds, double Rate, double RssMiB, double MappedMiB, int Handles, int Threads, double CpuSeconds, double AcknowledgedMs,
    double QueryMs, int Segments, double StoredMiB, long OpenSpans)
{
    // What the last third may be beside the middle one and still count as flat: medians of a loaded machine vary.
    private const double MemorySlack = 1.1;
    private const double LatencySlack = 1.5;

    public JsonObject Json() => new()
    {
        ["s"] = Seconds,
        ["spansPerSecond"] = Math.Round(Rate),
        ["rssMiB"] = Math.Round(RssMiB, 1),
        ["mappedMiB"] = Math.Round(MappedMiB, 1),
        ["handles"] = Handles,
        ["threads"] = Threads,
        ["cpuSeconds"] = Math.Round(CpuSeconds, 2),
        ["acknowledgedP95Ms"] = Math.Round(AcknowledgedMs, 2),
        ["queryP95Ms"] = Math.Round(QueryMs, 2),
        ["segments"] = Segments,
        ["storedMiB"] = Math.Round(StoredMiB, 1),
        ["openSpans"] = OpenSpans,
    };

    /// <summary>
    /// The last third beside the second one: what grows for ever shows here; the first third warms up. Segments and the handles that they
    /// take grow with what is stored, up to the bound of open segments; handles beside them must not.
    /// </summary>
    /// <returns>Names of the figures that are not flat.</returns>
    public static List<string> Add(Report report, List<SoakPoint> series)
    {
        var rising = new List<string>();
        if (series.Count < 3)
        {
            report.Say("too short to tell what is flat");
            return rising;
        }
        void Judge(string name, string unit, double factor, double step, Func<SoakPoint, double> figure)
        {
            double[] values = [.. series.Select(figure)];
            int third = values.Length / 3;
            double middle = Median(values[third..(2 * third)]);
            double last = Median(values[(2 * third)..]);
            bool isFlat = last <= Math.Max(middle * factor, middle + step);
            report.Add(
                $"{name}, last third", last, unit,
                FormattableString.Invariant($"{(middle > 0 ? last / middle : 1):0.00} × the middle third{(isFlat ? "" : ", RISING")}"));
            if (!isFlat)
            {
                rising.Add(name);
            }
        }
        Judge("RSS", "MiB", MemorySlack, 16, point => point.RssMiB);
        Judge("mapped", "MiB", MemorySlack, 16, point => point.MappedMiB);
        Judge("handles beside segments", "", 1, 8, point => point.Handles - point.Segments);
        Judge("threads", "", 1, 4, point => point.Threads);
        Judge("CPU an interval", "s", MemorySlack, 0.2, point => point.CpuSeconds);
        Judge("acknowledged, p95", "ms", LatencySlack, 1, point => point.AcknowledgedMs);
        Judge("queries, p95", "ms", LatencySlack, 1, point => point.QueryMs);
        report.Add("segments at the end", series[^1].Segments, "");
        report.Say(rising.Count == 0 ? "flat" : $"NOT FLAT: {string.Join(", ", rising)}");
        return rising;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
