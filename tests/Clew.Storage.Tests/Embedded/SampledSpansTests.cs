using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded;
using Clew.Testing;
using Clew.Testing.Files;
using Clew.Testing.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clew.Storage.Tests.Embedded;

/// <summary>What spans were sampled with comes back, counts, and survives merges with segments that know of no sampling.</summary>
public sealed class SampledSpansTests
{
    private static readonly SamplingThreshold Tenth = SamplingThreshold.OfProbability(0.1);
    private static readonly FieldReference Threshold = FieldReference.Of(SpanField.SamplingThreshold);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ThresholdsComeBackAndCount(bool merged)
    {
        await using var store = EmbeddedSpanStore.Open(
            new EmbeddedStoreOptions { Directory = "/store" }, new FaultyFileLayer(1), NullLogger<EmbeddedSpanStore>.Instance, null, new TreeArranger());
        for (ulong first = 1; first < 160; first += 20)
        {
            // Every other batch was not sampled; in the others, traces in the middle were dropped.
            await store.AppendAsync(Tenant.Default, Traces(first, sampled: first / 20 % 2 == 0), AppendId.None, CancellationToken.None);
        }
        if (merged)
        {
            int before = store.GetStatistics().Segments;
            await store.MaintainAsync(CancellationToken.None);
            Assert.True(store.GetStatistics().Segments < before);
        }
        using var snapshot = store.Snapshot();
        double expected = 0;
        int kept = 0;
        for (ulong trace = 1; trace <= 160; trace++)
        {
            var batch = new SpanBatch();
            await snapshot.ReadTraceAsync(Tenant.Default, new TraceId(0, trace), new SpanBatchCopier(batch), CancellationToken.None);
            bool sampled = (trace - 1) / 20 % 2 == 0;
            Assert.Equal(sampled && trace % 5 == 0 ? 0 : 2, batch.Count);
            for (int row = 0; row < batch.Count; row++)
            {
                Assert.Equal(Expected(trace, sampled), SpanMatcher.Threshold(batch, row));
                expected += Expected(trace, sampled).AdjustedCount;
                kept++;
            }
        }
        var figures = await AggregateAsync(snapshot, []);
        Assert.Equal(kept, figures[0]);
        Assert.Equal(expected, figures[1], 6);
        var some = await AggregateAsync(snapshot, [new Comparison(Threshold, ComparisonOperator.Equal, AttributeValue.Of((long)Tenth.Value))]);
        Assert.True(some[0] > 0 && some[0] < kept);
        Assert.Equal(10 * some[0], some[1], some[1] / 10_000);
        var grouped = new AggregateResult(
            new SpanAggregation { Tenant = Tenant.Default, Range = TimeRange.All, GroupBy = [Threshold], Measures = [Measure.Count] }, 100);
        await snapshot.AggregateAsync(grouped, CancellationToken.None);
        Assert.Equal(4, grouped.Groups.Count); // none, a half, a tenth, a hundredth
    }

    [Fact]
    public async Task NothingIsWrittenWhereNothingWasSampled()
    {
        var files = new FaultyFileLayer(1);
        await using var store = EmbeddedSpanStore.Open(
            new EmbeddedStoreOptions { Directory = "/store" }, files, NullLogger<EmbeddedSpanStore>.Instance, null, new TreeArranger());
        await store.AppendAsync(Tenant.Default, Traces(1, sampled: false), AppendId.None, CancellationToken.None);
        long plain = store.GetStatistics().Bytes;
        var kept = Traces(1, sampled: false);
        for (int row = 0; row < kept.Spans.Count; row++)
        {
            kept.Spans.Spans.SetThreshold(row, SamplingThreshold.Always);
        }
        await store.AppendAsync(Tenant.Default, kept, AppendId.None, CancellationToken.None);
        Assert.Equal(2 * plain, store.GetStatistics().Bytes);
    }

    private static async Task<double[]> AggregateAsync(ISpanSnapshot snapshot, IReadOnlyList<SpanPredicate> predicates)
    {
        var result = new AggregateResult(
            new SpanAggregation
            {
                Tenant = Tenant.Default,
                Range = TimeRange.All,
                Predicates = predicates,
                Measures = [Measure.Count, Measure.AdjustedCount],
            },
            10);
        await snapshot.AggregateAsync(result, CancellationToken.None);
        return Assert.Single(result.Groups).Value.ToArray();
    }

    /// <summary>By Clew a tenth; the sender of every third trace sampled a half, of every seventh a hundredth.</summary>
    private static SamplingThreshold Expected(ulong trace, bool sampled)
    {
        var sent = SamplingThreshold.OfProbability(trace % 7 == 0 ? 0.01 : trace % 3 == 0 ? 0.5 : 1);
        return sampled && trace % 2 == 0 && sent < Tenth ? Tenth : sent;
    }

    private static TraceBatch Traces(ulong first, bool sampled)
    {
        var builder = new SpanBatchBuilder();
        for (ulong trace = first; trace < first + 20; trace++)
        {
            for (ulong span = 0; span < 2; span++)
            {
                int row = builder.Span(trace, (trace * 2) + span, span == 0 ? 0 : trace * 2, start: 1000 + trace, end: 2000 + trace);
                var sent = Expected(trace, false);
                builder.Batch.Spans.TraceStates[row] = sent == SamplingThreshold.Always ? 0 : builder.Id($"ot=th:{sent}");
            }
        }
        var batch = TraceBatches.Of(builder.Batch);
        int left = 0;
        for (int trace = 0; trace < batch.Traces.Count; trace++)
        {
            ulong id = batch.Traces.TraceIds[trace].Low;
            for (int row = batch.Traces.Spans[trace].Start; sampled && id % 2 == 0 && row < batch.Traces.Spans[trace].End; row++)
            {
                batch.Spans.Spans.SetThreshold(row, Tenth);
            }
            if (!sampled || id % 5 != 0)
            {
                batch.Traces.Copy(trace, left++);
            }
        }
        batch.Traces.Truncate(left);
        return batch;
    }
}
