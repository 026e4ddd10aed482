using Clew.Ingest.Journal;
using Clew.Server.Api.Metrics;
using Clew.Storage;

namespace Clew.Server.SelfMonitoring;

/// <summary>What lies on disk and what is done with it.</summary>
internal sealed class StorageMetrics(IJournal journal, ISpanStore store, ISeriesStore series) : IMetricSource
{
    public void Collect(MetricWriter writer)
    {
        writer.Gauge("clew_journal_file_bytes", "Bytes of the journal's files, recycled ones included.", journal.GetStatistics().FileBytes);

        var spans = store.GetStatistics();
        writer.Gauge("clew_store_spans", "Spans stored.", spans.Spans);
        writer.Gauge("clew_store_traces", "Traces, or parts of traces, stored.", spans.Traces);
        writer.Gauge("clew_store_segments", "Files that hold them.", spans.Segments);
        writer.Gauge("clew_store_bytes", "Bytes of these files.", spans.Bytes);
        writer.Gauge("clew_store_deleted_traces", "Traces that are hidden and still take up room.", spans.DeletedTraces);
        writer.Gauge("clew_store_merging_segments", "Segments that are being merged now.", spans.MergingSegments);
        writer.Counter("clew_store_merges", "Merges of segments done.", spans.Merges);
        writer.Counter("clew_store_expired_segments", "Segments deleted because they had outlived their retention.", spans.ExpiredSegments);

        var counts = series.GetStatistics();
        writer.Gauge("clew_series_blocks", "Files that hold counts.", counts.Blocks);
        writer.Gauge("clew_series_bytes", "Bytes of these files.", counts.Bytes);
        writer.Gauge("clew_series_log_bytes", "Bytes of the log of counts that are not in blocks yet.", counts.LogBytes);
        writer.Counter("clew_series_counted_as_other", "Spans and calls that came to a series past the bound and count as (other).", counts.CountedAsOther);
        writer.Counter("clew_series_too_old", "Spans and calls that came too late to be counted.", counts.TooOld);
        writer.Counter("clew_series_folds", "How often the log was written into blocks.", counts.Folds);
        writer.Counter("clew_series_merges", "Merges of blocks done.", counts.Merges);
        writer.Counter("clew_series_expired_blocks", "Blocks deleted because they had outlived their retention.", counts.ExpiredBlocks);
    }
}
