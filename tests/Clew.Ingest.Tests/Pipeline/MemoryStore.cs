using System.Runtime.CompilerServices;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage;

namespace Clew.Ingest.Tests.Pipeline;

/// <summary>A store that survives the pipeline's crash because the test keeps it; can refuse, and can fail after it stored.</summary>
internal sealed class MemoryStore : ISpanStore
{
    private readonly Lock gate = new();
    private readonly List<(Tenant Tenant, TraceBatch Batch)> appended = [];

    public bool Refuses { get; set; }

    public bool FailsAfterStoring { get; set; }

    /// <summary>Called at the start of each append.</summary>
    public Action? OnAppend { get; set; }

    public int Appends { get; private set; }

    public AppendId? LastAppend { get; private set; } = AppendId.None;

    public SpanStoreCapabilities StoreCapabilities => SpanStoreCapabilities.Durable;

    public SpanSourceCapabilities Capabilities => SpanSourceCapabilities.Aggregation;

    public List<(Tenant Tenant, TraceBatch Batch)> Appended
    {
        get
        {
            lock (gate)
            {
                return [.. appended];
            }
        }
    }

    public ValueTask AppendAsync(Tenant tenant, TraceBatch traces, AppendId append, CancellationToken cancellationToken)
    {
        OnAppend?.Invoke();
        if (Refuses)
        {
            throw new StoreUnavailableException("disk full");
        }
        var copy = new TraceBatch();
        var copier = new SpanBatchCopier(copy.Spans);
        copier.Begin(traces.Spans);
        for (int i = 0; i < traces.Spans.Count; i++)
        {
            copier.Copy(i);
        }
        copy.SelfTimes = traces.SelfTimes[..traces.Spans.Count];
        copy.CriticalTimes = traces.CriticalTimes[..traces.Spans.Count];
        for (int i = 0; i < traces.Traces.Count; i++)
        {
            copy.Traces.Add(traces.Traces.TraceIds[i], traces.Traces.Spans[i], traces.Traces.Flags[i]);
        }
        lock (gate)
        {
            appended.Add((tenant, copy));
            Appends++;
            LastAppend = append == AppendId.None ? LastAppend : append;
        }
        return FailsAfterStoring ? throw new IOException("the answer was lost") : ValueTask.CompletedTask;
    }

    public ISpanSnapshot Snapshot() => new View(Appended);

    public SpanStoreStatistics GetStatistics() => new(Appended.Sum(a => a.Batch.Spans.Count), 0, Appends, 0, []);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class View(List<(Tenant Tenant, TraceBatch Batch)> batches) : ISpanSnapshot
    {
        public async IAsyncEnumerable<TraceHit> FindTracesAsync(TraceSearch search, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            yield break;
        }

        public ValueTask<TraceFlags?> ReadTraceAsync(
            Tenant tenant, TraceId traceId, SpanBatchCopier destination, CancellationToken cancellationToken)
        {
            TraceFlags? flags = null;
            foreach (var (owner, batch) in batches.Where(b => b.Tenant == tenant))
            {
                destination.Begin(batch.Spans);
                for (int i = 0; i < batch.Traces.Count; i++)
                {
                    if (batch.Traces.TraceIds[i] == traceId)
                    {
                        flags = (flags ?? TraceFlags.None) | batch.Traces.Flags[i];
                        for (int row = batch.Traces.Spans[i].Start; row < batch.Traces.Spans[i].End; row++)
                        {
                            destination.Copy(row);
                        }
                    }
                }
            }
            return new ValueTask<TraceFlags?>(flags);
        }

        public ValueTask AggregateAsync(AggregateResult result, CancellationToken cancellationToken)
        {
            foreach (var (owner, batch) in batches.Where(b => b.Tenant == result.Request.Tenant))
            {
                result.Open(new GroupKey(0, []))?.Fold(0, batch.Spans.Count);
            }
            return ValueTask.CompletedTask;
        }

        public void Dispose()
        {
        }
    }
}
