using Clew.Storage.Embedded;
using Clew.Storage.Embedded.Retention;

namespace Clew.Server.Hosting.Configuration;

/// <summary>The keys of the embedded store.</summary>
internal static class StoreConfig
{
    public static EmbeddedStoreOptions Read(ConfigurationReader reader, string directory)
    {
        var defaults = new EmbeddedStoreOptions { Directory = directory };
        var maxAge = reader.Duration("Store:Retention:MaxAge", TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromDays(36_500), "Traces older than this are deleted, a whole segment at a time; 0 keeps them for ever");
        long maxBytes = reader.Size("Store:Retention:MaxBytes", 0, 0, 1L << 50, "The oldest segments are deleted while all take more than this; 0 sets no bound");
        return defaults with
        {
            PageCacheBytes = reader.Size("Store:PageCacheBytes", defaults.PageCacheBytes, 1 << 20, 1L << 40, "Memory for pages and dictionaries of segments"),
            FiguresCacheBytes = reader.Size("Store:FiguresCacheBytes", defaults.FiguresCacheBytes, 0, 1L << 40, "Memory for figures of whole segments, so that a question asked again costs what has come since"),
            IndexBytes = reader.Size("Store:IndexBytes", defaults.IndexBytes, 0, 1L << 40, "Memory for the index over segments: about 2 bytes a trace, and 1.5 for each value, of attributes asked for by value, that differs within a segment; past it, segments are asked one by one"),
            OpenSegments = reader.Number("Store:OpenSegments", defaults.OpenSegments, 1, 100_000, "Segments kept open, a file handle each"),
            Retention = maxAge == TimeSpan.Zero && maxBytes == 0
                ? []
                : [new RetentionRule(RetentionRule.DefaultClass, maxAge == TimeSpan.Zero ? null : maxAge, maxBytes == 0 ? null : maxBytes)],
            MaintenanceInterval = reader.Duration("Store:MaintenanceInterval", defaults.MaintenanceInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(24), "How often segments are merged and retention is applied"),
            MergedSpans = reader.Number("Store:MergedSpans", defaults.MergedSpans, 1_000, 10_000_000, "Segments are merged up to this many spans; a merge takes about 110 bytes of memory for each"),
            MergedBytes = reader.Size("Store:MergedBytes", defaults.MergedBytes, 1 << 16, 1L << 31, "Segments are merged up to this size"),
            MergeFanIn = reader.Number("Store:MergeFanIn", defaults.MergeFanIn, 2, 1_000, "So many segments of about one size are merged to one"),
            QuietTime = reader.Duration("Store:QuietTime", defaults.QuietTime, TimeSpan.FromSeconds(1), TimeSpan.FromDays(49), "When nothing came to a day for so long, what is left of it is merged"),
        };
    }
}
