using Clew.Storage.Embedded.Series;

namespace Clew.Server.Hosting.Configuration;

/// <summary>The keys of the embedded series store.</summary>
internal static class SeriesConfig
{
    public static EmbeddedSeriesOptions Read(ConfigurationReader reader, string directory)
    {
        var defaults = new EmbeddedSeriesOptions { Directory = directory };
        var (fine, middle, coarse) = (defaults.Resolutions[0], defaults.Resolutions[1], defaults.Resolutions[2]);
        var most = TimeSpan.FromDays(36_500);
        var options = defaults with
        {
            Resolutions =
            [
                fine with { Retention = reader.Duration("Series:Retention:TenSeconds", fine.Retention, TimeSpan.FromMinutes(1), most, "How long counts (requests, errors, durations, edges) are kept to 10 s") },
                middle with { Retention = reader.Duration("Series:Retention:Minutes", middle.Retention, TimeSpan.FromMinutes(1), most, "How long counts are kept to the minute: at least as long") },
                coarse with { Retention = reader.Duration("Series:Retention:Hours", coarse.Retention, TimeSpan.FromHours(1), most, "How long counts are kept to the hour: at least as long; older spans are not counted") },
            ],
            MaxSeries = reader.Number("Series:MaxSeries", defaults.MaxSeries, 100, 10_000_000, "Series of counts; what would be further ones is counted as (other)"),
            FoldInterval = reader.Duration("Series:FoldInterval", defaults.FoldInterval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(24), "Counts are written from the log into blocks at least this often"),
            FoldBytes = reader.Size("Series:FoldBytes", defaults.FoldBytes, 1 << 16, 1L << 32, "Counts are written from the log into blocks once they take this much memory; at four times this, batches are refused"),
        };
        if (options.Resolutions[1].Retention < options.Resolutions[0].Retention)
        {
            reader.Error("Series:Retention:Minutes: it must be at least as long as Series:Retention:TenSeconds.");
        }
        if (options.Resolutions[2].Retention < options.Resolutions[1].Retention)
        {
            reader.Error("Series:Retention:Hours: it must be at least as long as Series:Retention:Minutes.");
        }
        return options;
    }
}
