using System.Text.Json.Nodes;
using Clew.Load.Measuring;
using Clew.Load.Payloads;
using Clew.Load.Sending;
using Clew.Load.Targets;

namespace Clew.Load.Verbs;

/// <summary>
/// How soon a trace is found while spans come at half of what the server can take: 1. measures how many that is; 2. starts the server
/// again, so that nothing is measured but 3. the load; 4. asks the server what its probes saw.
/// </summary>
internal static class FreshnessVerb
{
    public static async Task<int> RunAsync(Options options)
    {
        options.AddServerArguments("--Probe:Interval", "200ms");
        await using var session = await Session.OpenAsync(options);
        double rate = options.Number("rate", 0);
        long spans = (long)options.Number("spans", 3e6);
        var duration = options.Seconds("duration") ?? TimeSpan.FromMinutes(1);
        var patience = options.Seconds("patience") ?? TimeSpan.FromMinutes(5);
        options.CheckAllUsed();
        var report = new Report("freshness", options.Arguments);
        var plan = new LoadPlan(session.Shape, session.Seed);

        // 1
        if (rate == 0)
        {
            plan.Extend(spans);
            double most = new LoadRun(plan, session.Target.Otlp, session.Connections, 0).Run().Rate;
            report.Add("maximum", most, "spans/s");
            rate = most / 2;
            using var before = new ClewApi(session.Target.Clew!);
            await before.SettleAsync(patience);
            // 2
            session.Server?.Stop();
            await session.RestartAsync();
        }

        // 3
        using var api = new ClewApi(session.Target.Clew ?? throw new UsageException("freshness asks Clew's own API: give --clew or --start-server."));
        plan.Extend(long.MaxValue);
        var load = new LoadRun(plan, session.Target.Otlp, session.Connections, rate).Run(duration);

        // 4
        var freshness = (await api.GetAsync("/status"))["freshness"] ?? throw new InvalidOperationException("The server measured nothing.");
        report.Say($"freshness, {session.Shape}, {rate:0} spans/s, {load.Seconds:0} s");
        report.Add("rate", load.Rate, "spans/s");
        report.Add("sent again after a refusal", load.Refusals, "");
        report.Add("probes", (long)freshness["probes"]!, "");
        report.Add("not found", (long)freshness["notFound"]!, "", "goal 0");
        report.Add("found after, p50", Milliseconds(freshness["p50"]!), "ms");
        report.Add("found after, p99", Milliseconds(freshness["p99"]!), "ms", "goal ≤ 1,000");
        report.Add("found after, highest", Milliseconds(freshness["max"]!), "ms");
        report.Write(Console.Out, session.Json);
        return (double)freshness["p99"]! <= 1 && (long)freshness["notFound"]! == 0 ? 0 : 1;
    }

    private static double Milliseconds(JsonNode seconds) => (double)seconds * 1000;
}
