using System.Diagnostics;
using Clew.Core.Columns;
using Clew.Core.Files;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Load.Measuring;
using Clew.Load.Payloads;
using Clew.Storage.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clew.Load.Verbs;

/// <summary>Figures and searches over all stored spans, asked of the store itself, in this process; its server must have ended.</summary>
internal static class StoreScans
{
    private const int MostGroups = 1_000_000;
    private const int Limit = 20;
    private const ulong Minute = 60_000_000_000;
    private const ulong Hour = 60 * Minute;

    /// <param name="report">Where the figures go.</param>
    /// <param name="directory">The data directory.</param>
    /// <param name="plan">What it was filled with.</param>
    /// <param name="repeats">How often each question is asked.</param>
    /// <param name="only">Asks only questions whose name contains this.</param>
    /// <param name="isCold">Has the system forget the store's files before each time.</param>
    public static async Task AddAsync(Report report, string directory, LoadPlan plan, int repeats = 5, string only = "", bool isCold = false)
    {
        var options = new EmbeddedStoreOptions { Directory = Path.Combine(directory, "store") };
        await using var store = EmbeddedSpanStore.Open(options, DiskFileLayer.Instance, NullLogger<EmbeddedSpanStore>.Instance);
        var statistics = store.GetStatistics();
        report.Add("scan: spans", statistics.Spans, "", $"{statistics.Segments} segments");
        var indexing = Stopwatch.StartNew();
        await store.IndexAsync(CancellationToken.None);
        report.Add("scan: index of traces over segments made in", indexing.Elapsed.TotalMilliseconds, "ms", $"{store.GetStatistics().IndexBytes >> 10} KiB");
        var questions = new Questions(report, store, repeats, only, isCold ? new ColdFiles(options.Directory) : null);
        await TracesAsync(questions, plan);
        await AggregateAsync(questions);
        await SearchAsync(questions, plan);
        report.Add("scan: index over segments in the end", store.GetStatistics().IndexBytes / 1024.0, "KiB");
    }

    private static async Task TracesAsync(Questions questions, LoadPlan plan)
    {
        var batch = new SpanBatch();
        var copier = new SpanBatchCopier(batch);
        await questions.AskAsync("read: trace by id", 200, async (snapshot, i) =>
        {
            batch.Clear();
            copier.Forget();
            var values = plan.Trace((ulong)i).Values;
            await snapshot.ReadTraceAsync(Tenant.Default, new TraceId(values.IdHigh, values.IdLow), copier, CancellationToken.None);
            return batch.Count;
        });
        await questions.AskAsync("read: trace by id, absent", 200, async (snapshot, i) =>
        {
            batch.Clear();
            copier.Forget();
            await snapshot.ReadTraceAsync(Tenant.Default, new TraceId(1, (ulong)i), copier, CancellationToken.None);
            return batch.Count;
        });
    }

    private static async Task AggregateAsync(Questions questions)
    {
        var all = new SpanAggregation { Tenant = Tenant.Default, Range = TimeRange.All };
        var duration = FieldReference.Of(SpanField.Duration);
        var service = FieldReference.Of(SpanField.ServiceName);
        var byServiceAndMinute = all with { GroupBy = [service], BucketWidth = Minute };
        await MeasureAsync("count per service and minute, filtered", i => byServiceAndMinute with { Predicates = [Slow(i)] });
        await MeasureAsync("count, sum, max per service and minute, filtered", i => byServiceAndMinute with
        {
            Predicates = [Slow(i)],
            Measures = [Measure.Count, new Measure(AggregateFunction.Sum, duration), new Measure(AggregateFunction.Max, duration)],
        });
        Measure[] red = [Measure.Count, Measure.Errors, Measure.Quantile(duration, 0.5), Measure.Quantile(duration, 0.95), Measure.Quantile(duration, 0.99)];
        await MeasureAsync("count, errors, p50, p95, p99 per service and minute, filtered", i => byServiceAndMinute with { Predicates = [Slow(i)], Measures = red });
        await MeasureAsync("the same, filtered by an attribute", i => byServiceAndMinute with
        {
            Predicates = [Slow(i), Attribute("http.request.method", i % 2 == 0 ? "GET" : "POST")],
            Measures = red,
        });
        await MeasureAsync("the same, asked again", _ => byServiceAndMinute with { Measures = red });
        await MeasureAsync("group by an attribute of 100,000 values, top 100", _ => all with { GroupBy = [FieldReference.Attribute("user.id", AttributeScope.Span)] });
        await MeasureAsync("services, asked again", _ => all with { GroupBy = [service] });
        await MeasureAsync("operations of a service, asked again", _ => all with
        {
            Predicates = [Equal(SpanField.ServiceName, "payment")],
            GroupBy = [FieldReference.Of(SpanField.Name), FieldReference.Of(SpanField.Kind)],
        });

        Task MeasureAsync(string name, Func<int, SpanAggregation> request) => questions.AskAsync($"scan: {name}", 0, async (snapshot, i) =>
        {
            var result = new AggregateResult(request(i), MostGroups);
            await snapshot.AggregateAsync(result, CancellationToken.None);
            result.Top(100, 0);
            return result.Count;
        });

        // Figures of whole segments are kept for the next time: another number each time asks for them anew.
        Comparison Slow(int i) => new(duration, ComparisonOperator.Greater, AttributeValue.Of(1_000_000L + i));
    }

    private static async Task SearchAsync(Questions questions, LoadPlan plan)
    {
        ulong newest = await questions.NewestAsync();
        var all = new TraceSearch { Tenant = Tenant.Default, Range = TimeRange.All };
        var lastHour = all with { Range = new TimeRange(newest - Hour, newest + Minute) };
        await MeasureAsync("service + operation + tag + duration, newest 20, last hour", i => lastHour with
        {
            Predicates =
            [
                Equal(SpanField.ServiceName, Vocabulary.Services[i % 12]),
                Equal(SpanField.Name, Route(i)),
                Attribute("http.response.status_code", "503"),
                new Comparison(FieldReference.Of(SpanField.Duration), ComparisonOperator.GreaterOrEqual, AttributeValue.Of(5_000_000)),
            ],
        });
        await MeasureAsync("the same with a tag that no span has", i => lastHour with
        {
            Predicates =
            [
                Equal(SpanField.ServiceName, Vocabulary.Services[i % 12]),
                Equal(SpanField.Name, Route(i)),
                Attribute("http.response.status_code", "504"),
                new Comparison(FieldReference.Of(SpanField.Duration), ComparisonOperator.GreaterOrEqual, AttributeValue.Of(5_000_000)),
            ],
        });
        await MeasureAsync("service + operation of another service, every segment read", i => all with
        {
            Predicates = [Equal(SpanField.ServiceName, Vocabulary.Services[(i + 1) % 12]), Equal(SpanField.Name, Route(i))],
        });
        await MeasureAsync("attribute = value, unique", i => all with { Predicates = [Attribute("order.id", plan.Trace((ulong)i).Values.OrderText)] });
        await MeasureAsync("attribute = value, of 100,000", i => all with { Predicates = [Attribute("user.id", $"user-{(i * 7919) % 100_000:00000}")] });
        await MeasureAsync("attribute = value, frequent", i => all with { Predicates = [Attribute("http.request.method", i % 2 == 0 ? "POST" : "PUT")] });
        await MeasureAsync("attribute = value, absent", i => all with { Predicates = [Attribute("order.id", $"absent-{i}")] });

        async Task MeasureAsync(string name, Func<int, TraceSearch> request)
        {
            var batch = new SpanBatch();
            var copier = new SpanBatchCopier(batch);
            await questions.AskAsync($"search: {name}", 60, async (snapshot, i) =>
            {
                var search = request(i);
                int found = 0;
                await foreach (var hit in snapshot.FindTracesAsync(search, CancellationToken.None))
                {
                    batch.Clear();
                    copier.Forget();
                    await snapshot.ReadTraceAsync(search.Tenant, hit.Position.TraceId, copier, CancellationToken.None);
                    if (++found == Limit)
                    {
                        break;
                    }
                }
                return found;
            });
        }
    }

    private static string Route(int i)
    {
        var (method, route) = Vocabulary.Route(i % 12, i / 12 % 5);
        return $"{method} {route}";
    }

    private static Comparison Equal(SpanField field, string value) =>
        new(FieldReference.Of(field), ComparisonOperator.Equal, AttributeValue.Of(value));

    private static Comparison Attribute(string key, string value) =>
        new(FieldReference.Attribute(key), ComparisonOperator.EqualText, AttributeValue.Of(value));
}
