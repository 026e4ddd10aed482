using Clew.Load.Measuring;
using Clew.Load.Payloads;
using Clew.Load.Sending;
using Clew.Load.Targets;

namespace Clew.Load.Verbs;

/// <summary>
/// Times queries: 1. with a tenth of the spans stored, 2. with all of them; 3. stops the server and asks the store for figures over all
/// spans, in this process; 4. times the restart and queries just after it, 5. under load; 6. times the start after kill -9. Steps that need
/// a server of its own are left out without one.
/// </summary>
internal static class QueryVerb
{
    private const int ColdTraces = 50;

    // For each kind of query; a short one under load, so that the store does not become another one meanwhile.
    private static readonly TimeSpan QuietPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BusyPatience = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(Options options)
    {
        await using var session = await Session.OpenAsync(options);
        long spans = (long)options.Number("spans", 2e6);
        int repeats = (int)options.Number("repeats", 100);
        double? whileRate = options.Text("while-rate") is null ? null : options.Number("while-rate", 0);
        var pause = options.Seconds("pause") ?? TimeSpan.Zero;
        bool isFilled = options.Flag("filled");
        var patience = options.Seconds("patience") ?? TimeSpan.FromMinutes(10);
        options.CheckAllUsed();
        if (session.Target.Clew is null)
        {
            throw new UsageException("query asks Clew's own API: give --clew or --start-server.");
        }

        var plan = new LoadPlan(session.Shape, session.Seed);
        var queries = new QuerySet(plan, pause);
        var report = new Report("query", options.Arguments);
        report.Say($"query, {session.Shape}");

        // 1
        Dictionary<string, Percentiles>? small = null;
        if (isFilled)
        {
            plan.Extend(spans);
        }
        else
        {
            await FillAsync(session, plan, spans / 10, patience);
            using var api = new ClewApi(session.Target.Clew);
            await queries.RunAsync(api, repeats, QuietPatience); // compiles
            small = await queries.RunAsync(api, repeats, QuietPatience);
            double rate = await FillAsync(session, plan, spans - (spans / 10), patience);
            whileRate ??= rate / 2;
        }

        // 2
        Dictionary<string, Percentiles> quiet;
        using (var api = new ClewApi(session.Target.Clew))
        {
            var status = await api.StatusAsync();
            report.Add("spans stored", status.Stored, "");
            report.Add("segments", status.Segments, "");
            quiet = await queries.RunAsync(api, repeats, QuietPatience);
        }
        foreach (var (name, times) in quiet)
        {
            report.Add(name, times);
        }
        foreach (var (name, times) in small ?? [])
        {
            report.Add($"growth: {name}", quiet[name].P50 / times.P50, "×", $"from {spans / 10} spans, p50 {times.P50:0.00} ms");
        }

        // 3
        if (session.Server is not null)
        {
            session.Server.Stop();
            await StoreScans.AddAsync(report, session.Target.Directory!, plan);

            // 4
            await session.RestartAsync();
            report.Add("ready after a clean stop", session.Server.ReadyAfter.TotalSeconds, "s", "goal ≤ 1");
            using var api = new ClewApi(session.Target.Clew!);
            report.Add("trace by id, just restarted: the first", (await queries.TracesAsync(api, 1, 1_000_000)).P50, "ms");
            report.Add("trace by id, just restarted", await queries.TracesAsync(api, ColdTraces, 1_000_001), "goal ≤ 10");
        }

        // 5
        if (whileRate is > 0 and var half)
        {
            report.Add("load during the following", half, "spans/s", "half of what it took at full rate, unless said otherwise");
            foreach (var (name, times) in await UnderLoadAsync(session, queries, half, repeats))
            {
                report.Add($"under load: {name}", times, $"{times.P50 / quiet[name].P50:0.0} × quiet");
            }
        }

        // 6
        if (session.Server is not null)
        {
            await KillUnderLoadAsync(session);
            long journal = DirectorySize.Of(session.Target.Directory!).JournalBytes;
            report.Add("ready after kill -9", session.Server.ReadyAfter.TotalSeconds, "s", $"at full rate; journal files of {journal >> 20} MiB");
        }
        report.Write(Console.Out, session.Json);
        return 0;
    }

    /// <summary>Returns the spans a second that were taken.</summary>
    private static async Task<double> FillAsync(Session session, LoadPlan plan, long spans, TimeSpan patience)
    {
        plan.Extend(spans);
        double rate = new LoadRun(plan, session.Target.Otlp, session.Connections, 0).Run().Rate;
        using var api = new ClewApi(session.Target.Clew!);
        await api.SettleAsync(patience);
        return rate;
    }

    private static async Task<Dictionary<string, Percentiles>> UnderLoadAsync(
        Session session, QuerySet queries, double rate, int repeats)
    {
        // A plan of its own: the queries ask for what is stored, not for what is on its way.
        var load = new LoadPlan(session.Shape, session.Seed + 1);
        load.Extend(long.MaxValue);
        var run = new LoadRun(load, session.Target.Otlp, session.Connections, rate);
        var sending = Task.Run(() => run.Run());
        await Task.Delay(TimeSpan.FromSeconds(3));
        using var api = new ClewApi(session.Target.Clew!);
        var times = await queries.RunAsync(api, repeats, BusyPatience);
        load.End();
        await sending;
        return times;
    }

    private static async Task KillUnderLoadAsync(Session session)
    {
        var load = new LoadPlan(session.Shape, session.Seed + 2);
        load.Extend(long.MaxValue);
        var run = new LoadRun(load, session.Target.Otlp, session.Connections, 0);
        var sending = Task.Run(() => run.Run());
        await Task.Delay(TimeSpan.FromSeconds(8));
        run.Stop();
        session.Server!.Kill();
        await sending;
        await session.RestartAsync();
    }
}
