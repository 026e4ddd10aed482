using System.Text.Json.Nodes;
using Clew.Load.Measuring;
using Clew.Load.Payloads;
using Clew.Load.Sending;
using Clew.Load.Targets;

namespace Clew.Load.Verbs;

/// <summary>Load and queries for a long time, and what memory, handles, latency and storage do meanwhile, as a series.</summary>
internal static class SoakVerb
{
    private static readonly TimeSpan QueryInterval = TimeSpan.FromMilliseconds(500);

    public static async Task<int> RunAsync(Options options)
    {
        await using var session = await Session.OpenAsync(options);
        double rate = options.Number("rate", 50_000);
        var duration = options.Seconds("duration") ?? TimeSpan.FromMinutes(30);
        var interval = options.Seconds("interval") ?? TimeSpan.FromSeconds(10);
        int samples = (int)options.Number("samples", 200);
        var patience = options.Seconds("patience") ?? TimeSpan.FromMinutes(5);
        options.CheckAllUsed();
        var target = session.Target;
        using var api = new ClewApi(target.Clew ?? throw new UsageException("soak asks Clew's own API: give --clew or --start-server."));

        var plan = new LoadPlan(session.Shape, session.Seed);
        plan.Extend(long.MaxValue);
        var run = new LoadRun(plan, target.Otlp, session.Connections, rate);
        var sending = Task.Run(() => run.Run(duration));
        var asked = new Latencies();
        var asking = Task.Run(() => AskAsync(api, sending, Beginning(session), asked));
        var series = new List<SoakPoint>();
        double cpu = target.Figures().CpuSeconds;
        long spans = 0;
        while (await Task.WhenAny(sending, Task.Delay(interval)) != sending)
        {
            var figures = target.Figures();
            var status = await api.StatusAsync();
            long now = run.Spans;
            series.Add(new SoakPoint(
                (series.Count + 1) * interval.TotalSeconds, (now - spans) / interval.TotalSeconds, figures.RssBytes / 1048576.0,
                figures.FileRssBytes / 1048576.0, figures.Handles, figures.Threads, figures.CpuSeconds - cpu, run.Latencies.Take().P95, asked.Take().P95, status.Segments, status.Bytes / 1048576.0, status.Open));
            (cpu, spans) = (figures.CpuSeconds, now);
        }
        var load = await sending;
        await asking;

        var (settled, _) = await api.SettleAsync(patience);
        int? found = await FoundCheck.RunAsync(target, plan, samples);
        var report = new Report("soak", options.Arguments);
        report.Say($"soak, {session.Shape}, {rate:0} spans/s, {load.Seconds:0} s");
        report.Add("spans acknowledged", load.Spans, "");
        report.Add("stored", settled.Stored, "spans", settled.Stored == load.Spans ? "all that were sent" : "NOT WHAT WAS SENT");
        report.Add("sent again after a refusal", load.Refusals, "");
        report.Add("found whole", found ?? 0, "traces", $"of {samples} asked for");
        report.Attach("notFlat", new JsonArray([.. SoakPoint.Add(report, series).Select(name => JsonValue.Create(name))]));
        report.Attach("series", new JsonArray([.. series.Select(point => point.Json())]));
        report.Write(Console.Out, session.Json);
        return settled.Stored == load.Spans && found == samples ? 0 : 1;
    }

    private static LoadPlan Beginning(Session session)
    {
        var plan = new LoadPlan(session.Shape, session.Seed);
        plan.Extend(60_000);
        return plan;
    }

    /// <summary>One query after the other, in turn, about what was sent at the start.</summary>
    private static async Task AskAsync(ClewApi api, Task until, LoadPlan plan, Latencies times)
    {
        var queries = new QuerySet(plan);
        int kinds = queries.Names.Count();
        for (int i = 0; !until.IsCompleted; i++)
        {
            try
            {
                times.Add(await queries.TimeAsync(api, i % kinds, (ulong)i));
            }
            catch (HttpRequestException e) when (e.StatusCode == System.Net.HttpStatusCode.NotFound)
            {
                // Not sent yet.
            }
            await Task.Delay(QueryInterval);
        }
    }
}
