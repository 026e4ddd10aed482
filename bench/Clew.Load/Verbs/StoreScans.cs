using System.Diagnostics;
using Clew.Core.Files;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Load.Measuring;
using Clew.Storage.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clew.Load.Verbs;

/// <summary>Figures over all stored spans, asked of the store itself, in this process; its server must have ended.</summary>
internal static class StoreScans
{
    private const int MostGroups = 1_000_000;
    private const int Repeats = 5;
    private const ulong Minute = 60_000_000_000;

    public static async Task AddAsync(Report report, string directory)
    {
        var options = new EmbeddedStoreOptions { Directory = Path.Combine(directory, "store") };
        await using var store = EmbeddedSpanStore.Open(options, DiskFileLayer.Instance, NullLogger<EmbeddedSpanStore>.Instance);
        long spans = store.GetStatistics().Spans;
        var all = new SpanAggregation { Tenant = Tenant.Default, Range = TimeRange.All };
        var duration = FieldReference.Of(SpanField.Duration);
        var slow = new Comparison(duration, ComparisonOperator.Greater, AttributeValue.Of(1_000_000));
        var failed = new Comparison(FieldReference.Of(SpanField.StatusCode), ComparisonOperator.Equal, AttributeValue.Of((long)StatusCode.Error));
        var byServiceAndMinute = all with
        {
            Predicates = [slow],
            GroupBy = [FieldReference.Of(SpanField.ServiceName)],
            BucketWidth = Minute,
            Measures = [Measure.Count, new Measure(AggregateFunction.Sum, duration), new Measure(AggregateFunction.Max, duration)],
        };
        await MeasureAsync(report, store, "scan: count, sum, max per service and minute, filtered", spans, byServiceAndMinute);
        await MeasureAsync(report, store, "scan: errors per service and minute, filtered", spans,
            byServiceAndMinute with { Predicates = [slow, failed], Measures = [Measure.Count] });
        await MeasureAsync(report, store, "scan: group by an attribute of 100,000 values", spans,
            all with { GroupBy = [FieldReference.Attribute("user.id", AttributeScope.Span)] });
    }

    private static async Task MeasureAsync(Report report, EmbeddedSpanStore store, string name, long spans, SpanAggregation request)
    {
        var times = new Latencies();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var result = new AggregateResult(request, MostGroups);
        for (int i = 0; i < Repeats; i++)
        {
            result = new AggregateResult(request, MostGroups);
            long start = Stopwatch.GetTimestamp();
            using var snapshot = store.Snapshot();
            await snapshot.AggregateAsync(result, CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(start));
        }
        double cpuSeconds = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds / Repeats;
        report.Add(name, times.Take(), $"{result.Groups.Count} groups of {spans} spans, {cpuSeconds / spans * 1e9:0} ns CPU a span");
    }
}
