using System.Diagnostics;
using System.Globalization;
using Clew.Load.Measuring;
using Clew.Load.Payloads;
using Clew.Load.Targets;

namespace Clew.Load.Verbs;

/// <summary>The questions whose answers are timed, over Clew's own API. Each repetition asks for something else.</summary>
internal sealed class QuerySet
{
    public const string TraceById = "trace by id";

    /// <summary>Questions of different kinds are about different traces: none finds the pages that another one has read.</summary>
    private const ulong Apart = 1_000_000;

    private readonly (string Name, Func<ulong, string> Path)[] queries;

    private readonly TimeSpan pause;

    /// <param name="plan">What is stored.</param>
    /// <param name="pause">Between two questions.</param>
    public QuerySet(LoadPlan plan, TimeSpan pause = default)
    {
        this.pause = pause;
        queries =
        [
            (TraceById, i => $"/traces/{plan.Trace(i).Values.IdText}/skeleton"),
            ("trace by id, as OTLP JSON", i => $"/traces/{plan.Trace(i + (3 * Apart)).Values.IdText}"),
            ("service + operation + tag + duration, newest 20, last hour", ServiceAndMore),
            ("attribute = value, unique", i => $"/search?limit=20&attr=order.id={plan.Trace(i + (5 * Apart)).Values.OrderText}"),
            ("attribute = value, of 100,000", i => $"/search?limit=20&attr=user.id={plan.Trace(i + (7 * Apart)).Values.UserText}"),
            ("attribute = value, frequent", i => $"/search?limit=20&attr=http.request.method={(i % 2 == 0 ? "POST" : "PUT")}"),
            ("services", _ => "/services"),
            ("operations", i => $"/operations?service={Vocabulary.Services[i % 12]}"),
        ];
    }

    public IEnumerable<string> Names => queries.Select(query => query.Name);

    /// <summary>Times all queries, one at a time.</summary>
    /// <param name="api">Who is asked.</param>
    /// <param name="repeats">How often each is asked, after a few times that do not count; less often where it takes too long.</param>
    /// <param name="patience">For each kind of query.</param>
    public async Task<Dictionary<string, Percentiles>> RunAsync(ClewApi api, int repeats, TimeSpan patience)
    {
        const int Uncounted = 12; // of every service once: the first question about one after a start is another matter
        var result = new Dictionary<string, Percentiles>();
        foreach (var (name, path) in queries)
        {
            var times = new Latencies();
            var watch = Stopwatch.StartNew();
            for (int i = 0; i < repeats + Uncounted && (i <= Uncounted || watch.Elapsed < patience); i++)
            {
                var time = await TimeAsync(api, path((ulong)i));
                if (i >= Uncounted)
                {
                    times.Add(time);
                }
                else
                {
                    watch.Restart();
                }
                if (pause > TimeSpan.Zero)
                {
                    await Task.Delay(pause);
                }
            }
            result[name] = times.Take();
        }
        return result;
    }

    /// <summary>Times one query of the set.</summary>
    public Task<TimeSpan> TimeAsync(ClewApi api, int query, ulong choice) => TimeAsync(api, queries[query].Path(choice));

    /// <summary>Times traces by id that were not asked for before.</summary>
    public async Task<Percentiles> TracesAsync(ClewApi api, int count, ulong firstChoice)
    {
        var times = new Latencies();
        for (int i = 0; i < count; i++)
        {
            times.Add(await TimeAsync(api, 0, firstChoice + (ulong)i));
        }
        return times.Take();
    }

    private static string ServiceAndMore(ulong i)
    {
        int service = (int)(i % 12);
        var (method, route) = Vocabulary.Route(service, (int)(i / 12 % 5));
        long hourAgo = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds() * 1_000_000;
        return string.Create(CultureInfo.InvariantCulture,
            $"/search?limit=20&service={Vocabulary.Services[service]}&operation={Uri.EscapeDataString($"{method} {route}")}&attr=http.response.status_code=503&minDuration=5ms&from={hourAgo}");
    }

    private static async Task<TimeSpan> TimeAsync(ClewApi api, string path)
    {
        long start = Stopwatch.GetTimestamp();
        await api.BytesAsync(path);
        return Stopwatch.GetElapsedTime(start);
    }
}
