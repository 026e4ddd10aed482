using System.Runtime.CompilerServices;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Query.Tests.Support;

/// <summary>The obvious source: parts of traces in a list, scanned from end to end. Knows the contract's hint and its limits.</summary>
internal sealed class MemorySpanSource(SpanSourceCapabilities capabilities = MemorySpanSource.All) : ISpanSource
{
    public const SpanSourceCapabilities All = SpanSourceCapabilities.IntrinsicComparison | SpanSourceCapabilities.AttributeComparison
        | SpanSourceCapabilities.AnyOf | SpanSourceCapabilities.Aggregation;

    private List<Part> parts = [];

    public SpanSourceCapabilities Capabilities => capabilities;

    /// <summary>Called before each hit is delivered.</summary>
    public Action? OnHit { get; set; }

    /// <summary>What its snapshots say that they could not read.</summary>
    public string? Incomplete { get; init; }

    /// <summary>What its snapshots say that they cannot read at all.</summary>
    public string? Unreadable { get; init; }

    /// <summary>What its snapshots say that they cost.</summary>
    public ScanCounters Counters { get; init; }

    /// <summary>Called before each snapshot is taken.</summary>
    public Action? OnSnapshot { get; set; }

    /// <inheritdoc/>
    public long? LastHandOver { get; set; }

    /// <summary>What its snapshots say was handed on last.</summary>
    public long? HandedOn { get; set; }

    /// <summary>Hits delivered by all snapshots.</summary>
    public int Hits { get; private set; }

    /// <summary>Snapshots that are open.</summary>
    public int Open { get; private set; }

    public IReadOnlyList<Part> Parts => parts;

    /// <summary>Adds a part: rows of one trace.</summary>
    public void Add(SpanBatch batch, IReadOnlyList<int> rows, TraceFlags flags) => parts = [.. parts, new Part(batch, rows, flags)];

    /// <summary>Adds all spans of a batch, each trace as one part.</summary>
    public void AddAll(SpanBatch batch, TraceFlags flags = TraceFlags.None)
    {
        foreach (var trace in Enumerable.Range(0, batch.Count).GroupBy(i => batch.Spans.TraceIds[i]))
        {
            Add(batch, [.. trace], flags);
        }
    }

    public void Remove(Part part) => parts = [.. parts.Where(p => !ReferenceEquals(p, part))];

    public ISpanSnapshot Snapshot()
    {
        OnSnapshot?.Invoke();
        Open++;
        return new View(this, parts, HandedOn);
    }

    internal sealed record Part(SpanBatch Batch, IReadOnlyList<int> Rows, TraceFlags Flags)
    {
        public TraceId TraceId => Batch.Spans.TraceIds[Rows[0]];

        public TracePosition Position => new(Rows.Min(r => Batch.Spans.StartTimes[r]), TraceId);
    }

    private sealed class View(MemorySpanSource source, List<Part> parts, long? handedOn) : ISpanSnapshot
    {
        public long? LastHandOver => handedOn;

        public string? Incomplete => source.Incomplete;

        public ScanCounters Counters => source.Counters;

        public string? Unreadable(Tenant tenant) => source.Unreadable;

        public async IAsyncEnumerable<TraceHit> FindTracesAsync(TraceSearch search, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Refuse(search.Predicates);
            foreach (var part in parts.OrderBy(p => p.Position))
            {
                cancellationToken.ThrowIfCancellationRequested();
                bool skipped = search.Before is { } before && part.Position <= before && (part.Flags & TraceFlags.Partial) == 0;
                if (skipped || !Matching(part, search.Range, search.Predicates).Any())
                {
                    continue;
                }
                await Task.Yield();
                source.Hits++;
                source.OnHit?.Invoke();
                cancellationToken.ThrowIfCancellationRequested();
                yield return new TraceHit(part.Position, part.Rows.Count);
            }
        }

        public ValueTask<TraceFlags?> ReadTraceAsync(Tenant tenant, TraceId traceId, SpanBatchCopier destination, CancellationToken cancellationToken)
        {
            TraceFlags? flags = null;
            foreach (var part in parts.Where(p => p.TraceId == traceId))
            {
                flags = (flags ?? TraceFlags.None) | part.Flags;
                destination.Begin(part.Batch);
                foreach (int row in part.Rows)
                {
                    destination.Copy(row);
                }
            }
            return ValueTask.FromResult(flags);
        }

        public ValueTask AggregateAsync(AggregateResult result, CancellationToken cancellationToken)
        {
            if (!source.Capabilities.HasFlag(SpanSourceCapabilities.Aggregation))
            {
                throw new NotSupportedException();
            }
            Refuse(result.Request.Predicates);
            foreach (var part in parts)
            {
                foreach (int row in Matching(part, result.Request.Range, result.Request.Predicates))
                {
                    var values = result.Request.GroupBy.Select(f => SpanMatcher.Intrinsic(part.Batch, row, f.Field)).ToArray();
                    if (result.Open(new GroupKey(0, values)) is { } figures)
                    {
                        figures.Fold(0, 1);
                    }
                }
                result.SpansScanned += part.Rows.Count;
            }
            return ValueTask.CompletedTask;
        }

        public void Dispose() => source.Open--;

        private static IEnumerable<int> Matching(Part part, TimeRange range, IReadOnlyList<SpanPredicate> predicates)
        {
            var matcher = new SpanMatcher(part.Batch, predicates);
            return part.Rows.Where(r => range.Contains(part.Batch.Spans.StartTimes[r]) && matcher.Matches(r));
        }

        private void Refuse(IReadOnlyList<SpanPredicate> predicates)
        {
            if (!predicates.All(Can))
            {
                throw new NotSupportedException();
            }
        }

        private bool Can(SpanPredicate predicate) => predicate switch
        {
            AnyOf any => source.Capabilities.HasFlag(SpanSourceCapabilities.AnyOf) && any.Predicates.All(Can),
            Comparison { Field.Field: SpanField.Attribute } => source.Capabilities.HasFlag(SpanSourceCapabilities.AttributeComparison),
            _ => source.Capabilities.HasFlag(SpanSourceCapabilities.IntrinsicComparison),
        };
    }
}
