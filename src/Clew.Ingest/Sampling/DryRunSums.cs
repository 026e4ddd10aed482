using System.Runtime.InteropServices;
using Clew.Core.Columns;

namespace Clew.Ingest.Sampling;

/// <summary>Sums up a dry run. Bounded: <see cref="MostServices"/> services, further ones count as one without a name.</summary>
internal sealed class DryRunSums
{
    public const int MostServices = 1000;

    private readonly Dictionary<string, (long Spans, long Kept)> services = [];
    private readonly Dictionary<int, (long Spans, long Kept)> ofTrace = []; // by string id
    private ulong from;
    private ulong to;
    private long traces;
    private long keptTraces;

    /// <summary>False where not everything of the range was looked at.</summary>
    public bool IsComplete { get; set; } = true;

    /// <summary>When the traces that were judged began: they come in the order of time.</summary>
    public void Judged(ulong first, ulong last)
    {
        from = from == 0 ? first : from;
        to = last;
    }

    /// <summary>Adds a trace of a batch.</summary>
    public void Add(TraceBatch batch, int trace, bool isKept)
    {
        traces++;
        keptTraces += isKept ? 1 : 0;
        ofTrace.Clear();
        var range = batch.Traces.Spans[trace];
        for (int row = range.Start; row < range.End; row++)
        {
            ref var sums = ref CollectionsMarshal.GetValueRefOrAddDefault(ofTrace, batch.Spans.ServiceName(row), out _);
            sums.Spans++;
            sums.Kept += isKept ? 1 : 0;
        }
        foreach (var (id, added) in ofTrace)
        {
            string service = batch.Spans.Text(id);
            service = services.Count < MostServices || services.ContainsKey(service) ? service : "";
            ref var sums = ref CollectionsMarshal.GetValueRefOrAddDefault(services, service, out _);
            sums = (sums.Spans + added.Spans, sums.Kept + added.Kept);
        }
    }

    public DryRunResult Result(double bytesPerSpan, string? incomplete) => new()
    {
        From = from,
        To = to,
        Traces = traces,
        KeptTraces = keptTraces,
        Spans = services.Values.Sum(sums => sums.Spans),
        KeptSpans = services.Values.Sum(sums => sums.Kept),
        BytesPerSpan = bytesPerSpan,
        IsComplete = IsComplete && incomplete is null,
        Services =
        [
            .. services.Select(each => new DryRunService(each.Key, each.Value.Spans, each.Value.Kept))
                .OrderByDescending(each => each.Spans).ThenBy(each => each.Service, StringComparer.Ordinal),
        ],
    };
}
