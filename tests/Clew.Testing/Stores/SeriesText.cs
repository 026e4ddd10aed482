using System.Buffers;
using System.Globalization;
using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Storage;

namespace Clew.Testing.Stores;

/// <summary>Answers of series stores as lines, durations byte for byte, to be compared.</summary>
public static class SeriesText
{
    public static List<string> Lines(SeriesResult result) =>
    [
        .. from series in result.Series
           from point in series.Points
           select string.Create(CultureInfo.InvariantCulture, $"{series.Key} {point.Step} {point.Count} {point.Errors} {Bytes(point.Durations)} {point.Exemplars.Slow} {point.Exemplars.Typical}"),
    ];

    /// <summary>Everything of a tenant, as finely as it is kept from that time on.</summary>
    public static async Task<List<string>> AllAsync(ISeriesStore store, Tenant tenant, ulong from, TimeSpan step)
    {
        var lines = new List<string>();
        foreach (var kind in new[] { SeriesKind.Red, SeriesKind.Edge })
        {
            lines.AddRange(Lines(await store.ReadAsync(
                new SeriesQuery { Tenant = tenant, Kind = kind, Range = new TimeRange(from, ulong.MaxValue), Step = step, MaxPoints = 1_000_000 }, default)));
        }
        return lines;
    }

    private static string Bytes(LatencySketch? sketch)
    {
        if (sketch is null)
        {
            return "-";
        }
        var bytes = new ArrayBufferWriter<byte>();
        sketch.Write(bytes);
        return Convert.ToHexString(bytes.WrittenSpan);
    }
}
