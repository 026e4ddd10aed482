using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded;
using Clew.Testing;
using Clew.Testing.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clew.Storage.Tests.Embedded.Reading;

/// <summary>
/// What a trace takes lies in dozens of places: they are named to the system before the first is read, so that a disk is waited for a few
/// times, not dozens of times.
/// </summary>
public sealed class ExpectedPagesTests
{
    private const int Block = 4096; // what the system reads at once

    [Fact]
    public async Task FewReadsOfATraceMeetBlocksThatNobodyNamed()
    {
        var (files, store) = await FillAsync();
        await using var _ = store;
        var present = new HashSet<(string, long)>();
        int named = 0;
        int reads = 0;
        int waited = 0;
        files.Expected = (path, offset, bytes) =>
        {
            for (long block = offset / Block; block <= (offset + bytes - 1) / Block; block++)
            {
                named += present.Add((path, block)) ? 1 : 0;
            }
        };
        files.BeforeRead = (path, offset) =>
        {
            reads++;
            waited += present.Add((path, offset / Block)) ? 1 : 0;
        };
        Assert.NotEmpty(await ReadAsync(store, 77));
        // The footer, the index of traces, and what small dictionaries lie apart from the others.
        Assert.InRange(waited, 1, 10);
        Assert.True(reads > 40 && named > 25, $"{reads} reads of {named} blocks named");
    }

    [Fact]
    public async Task WhatIsInTheCacheIsHardlyNamed()
    {
        var (files, store) = await FillAsync();
        await using var _ = store;
        var first = await ReadAsync(store, 77);
        await ReadAsync(store, 77); // now every page was asked for again, and is kept
        int named = 0;
        int reads = 0;
        files.Expected = (_, _, _) => named++;
        files.BeforeRead = (_, _) => reads++;
        Assert.Equal(first, await ReadAsync(store, 77));
        Assert.Equal(0, reads);
        Assert.InRange(named, 0, 8); // of attributes that this trace does not have
    }

    [Fact]
    public async Task WhoGoesThroughASegmentNamesWhatComes()
    {
        var (files, store) = await FillAsync(groupRows: 256);
        await using var _ = store;
        var present = new HashSet<long>();
        int waited = 0;
        int reads = 0;
        files.Expected = (_, offset, bytes) =>
        {
            for (long block = offset / Block; block <= (offset + bytes - 1) / Block; block++)
            {
                present.Add(block);
            }
        };
        files.BeforeRead = (_, offset) =>
        {
            reads++;
            waited += present.Add(offset / Block) ? 1 : 0;
        };
        var notAtOnce = new Comparison(FieldReference.Of(SpanField.Duration), ComparisonOperator.Greater, AttributeValue.Of(1L));
        var request = new SpanAggregation
        {
            Tenant = StoreProbe.Tenant,
            Range = TimeRange.All,
            Predicates = [notAtOnce],
            GroupBy = [FieldReference.Of(SpanField.Name)],
            Measures = [Measure.Quantile(FieldReference.Of(SpanField.StartTime), 0.5)],
        };
        using var snapshot = store.Snapshot();
        await snapshot.AggregateAsync(new AggregateResult(request, 10_000), default);
        Assert.True(reads > 90 && waited < 20, $"{waited} of {reads} reads met blocks that nobody named");
    }

    private static async Task<List<string>> ReadAsync(EmbeddedSpanStore store, ulong trace)
    {
        var batch = new SpanBatch();
        using var snapshot = store.Snapshot();
        await snapshot.ReadTraceAsync(StoreProbe.Tenant, new TraceId(0, trace), new SpanBatchCopier(batch), default);
        return SpanText.Sorted(batch);
    }

    private static async Task<(MemoryFileLayer Files, EmbeddedSpanStore Store)> FillAsync(int groupRows = 4096)
    {
        var files = new MemoryFileLayer();
        var options = new EmbeddedStoreOptions { Directory = StoreProbe.Root, GroupRows = groupRows };
        var store = EmbeddedSpanStore.Open(options, files, NullLogger<EmbeddedSpanStore>.Instance);
        var spans = new SpanGenerator(3) { Now = StoreProbe.Now }.Batch(8000, traces: 400, 1);
        await store.AppendAsync(StoreProbe.Tenant, TraceBatches.Of(spans, selfTimes: true), default);
        return (files, store);
    }
}
