using System.Text.Json.Nodes;
using Clew.Load.Measuring;

namespace Clew.Load.Verbs;

/// <summary>One interval of a soak.</summary>
/// <param name="Seconds">Since the start.</param>
/// <param name="Rate">Spans acknowledged a second.</param>
/// <param name="RssMiB">Resident memory of the server.</param>
/// <param name="Handles">Its open files and sockets.</param>
/// <param name="CpuSeconds">Its CPU in the interval.</param>
/// <param name="AcknowledgedMs">p95 from sending to acknowledgement.</param>
/// <param name="QueryMs">p95 over all kinds of queries.</param>
/// <param name="Segments">Stored.</param>
/// <param name="StoredMiB">Stored.</param>
/// <param name="OpenSpans">Not stored yet.</param>
internal sealed record SoakPoint(
    double Seconds, double Rate, double RssMiB, int Handles, double CpuSeconds, double AcknowledgedMs, double QueryMs, int Segments,
    double StoredMiB, long OpenSpans)
{
    public JsonObject Json() => new()
    {
        ["s"] = Seconds,
        ["spansPerSecond"] = Math.Round(Rate),
        ["rssMiB"] = Math.Round(RssMiB, 1),
        ["handles"] = Handles,
        ["cpuSeconds"] = Math.Round(CpuSeconds, 2),
        ["acknowledgedP95Ms"] = Math.Round(AcknowledgedMs, 2),
        ["queryP95Ms"] = Math.Round(QueryMs, 2),
        ["segments"] = Segments,
        ["storedMiB"] = Math.Round(StoredMiB, 1),
        ["openSpans"] = OpenSpans,
    };

    /// <summary>The last third beside the second one: what grows for ever shows here; the first third warms up.</summary>
    public static void Add(Report report, List<SoakPoint> series)
    {
        int third = series.Count / 3;
        if (third == 0)
        {
            return;
        }
        Add(report, "RSS", "MiB", [.. series.Select(point => point.RssMiB)]);
        Add(report, "handles", "", [.. series.Select(point => (double)point.Handles)]);
        Add(report, "CPU an interval", "s", [.. series.Select(point => point.CpuSeconds)]);
        Add(report, "acknowledged, p95", "ms", [.. series.Select(point => point.AcknowledgedMs)]);
        Add(report, "queries, p95", "ms", [.. series.Select(point => point.QueryMs)]);
        Add(report, "segments", "", [.. series.Select(point => (double)point.Segments)]);
    }

    private static void Add(Report report, string name, string unit, double[] values)
    {
        int third = values.Length / 3;
        double middle = Median(values[third..(2 * third)]);
        double last = Median(values[(2 * third)..]);
        report.Add($"{name}, last third", last, unit, FormattableString.Invariant($"{(middle > 0 ? last / middle : 1):0.00} × the middle third"));
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
