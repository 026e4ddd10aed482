using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Clew.Load.Measuring;
using Clew.Load.Overload;
using Clew.Load.Payloads;
using Clew.Load.Sending;
using Clew.Load.Targets;

namespace Clew.Load.Verbs;

/// <summary>
/// Many more spans than the server is allowed to take in: 1. floods it from many senders; 2. from the flood's end measures until a new
/// sender is served and its trace found; 3. waits until all is stored and asks for samples.
/// </summary>
internal static class OverloadVerb
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Leftover = TimeSpan.FromMinutes(2);

    public static async Task<int> RunAsync(Options options)
    {
        int cap = (int)options.Number("cap", 50_000);
        options.AddServerArguments("--Intake:SpansPerSecond", cap.ToString(CultureInfo.InvariantCulture));
        await using var session = await Session.OpenAsync(options);
        double offered = options.Number("offered", 500_000);
        int senders = (int)options.Number("senders", 200);
        var duration = options.Seconds("duration") ?? TimeSpan.FromMinutes(10);
        int impolite = (int)options.Number("impolite", 0);
        int samples = (int)options.Number("samples", 200);
        double memoryGoal = options.Number("memory", 1024);
        var patience = options.Seconds("patience") ?? TimeSpan.FromMinutes(5);
        options.CheckAllUsed();
        var target = session.Target;
        using var api = new ClewApi(target.Clew ?? throw new UsageException("overload asks Clew's own API: give --start-server."));
        int pid = target.Pid ?? throw new UsageException("overload watches the server's memory: give --start-server.");

        // 1
        var plan = new LoadPlan(session.Shape, session.Seed);
        plan.Extend(long.MaxValue);
        var counters = new OverloadCounters();
        var interval = TimeSpan.FromSeconds(LoadPlan.SpansPerPayload * senders / offered);
        using var end = new CancellationTokenSource();
        long started = Stopwatch.GetTimestamp();
        var threads = Enumerable.Range(0, senders).Select(i => new Thread(
            () => new FloodSender(plan, target.Otlp, interval, interval * i / senders, i >= impolite, counters).Run(started, duration, end.Token),
            maxStackSize: 256 << 10)).ToList();
        double cpuBefore = target.Figures().CpuSeconds;
        threads.ForEach(static thread => thread.Start());
        var curve = await WatchAsync(pid, counters, started, duration);
        long acceptedInFlood = counters.Accepted;
        double cpuInFlood = target.Figures().CpuSeconds - cpuBefore;

        // 2
        var well = await ServeNewcomerAsync(api, target.Otlp, session.Seed);
        end.CancelAfter(Leftover);
        threads.ForEach(static thread => thread.Join());
        bool allDelivered = !end.IsCancellationRequested;
        plan.End();

        // 3
        var (settled, _) = await api.SettleAsync(patience);
        long sent = counters.Accepted + well.Spans;
        int? found = allDelivered ? await FoundCheck.RunAsync(target, plan, samples) : null;
        var report = new Report("overload", options.Arguments);
        report.Say($"overload, {offered:0} spans/s offered by {senders} senders, {impolite} of them impolite, cap {cap}, {duration.TotalSeconds:0} s");
        report.Add("offered", counters.Offered / duration.TotalSeconds, "spans/s");
        report.Add("accepted", acceptedInFlood / duration.TotalSeconds, "spans/s", $"the cap is {cap}");
        report.Add("dropped in senders' queues", counters.Dropped, "spans");
        report.Add("refused", counters.Refused, "payloads");
        report.Add("refused without a delay", counters.WithoutDelay, "payloads", "goal 0");
        report.Add("delays asked for", counters.Delays.Take());
        report.Add("refused after", counters.RefusedAfter.Take());
        report.Add("accepted after", counters.AcceptedAfter.Take());
        report.Add("connections broken", counters.Broken, "");
        report.Add("server's CPU", cpuInFlood / (acceptedInFlood / 1e6), "s/M spans accepted", "refusals included");
        double highest = curve.Max(static point => point.RssMiB);
        report.Add("RSS, highest", highest, "MiB", FormattableString.Invariant($"goal ≤ {memoryGoal:0}"));
        int third = curve.Count / 3;
        report.Add("RSS, last third beside the middle one", Median(curve[(2 * third)..]) / Median(curve[third..(2 * third)]), "×");
        report.Add("new sender served after the flood's end", well.Accepted.TotalSeconds, "s", "goal ≤ 1");
        report.Add("its trace found after", well.Found.TotalSeconds, "s", "goal ≤ 1");
        report.Add("stored", settled.Stored, "spans", settled.Stored == sent ? "all that was accepted" : $"ACCEPTED {sent}");
        report.Add("found whole", found ?? 0, "traces", found is null ? "NOT ASKED: some were not delivered" : $"of {samples} asked for");
        report.Attach("series", new JsonArray([.. curve.Select(static point => point.Json())]));
        report.Write(Console.Out, session.Json);
        bool isWell = well.Accepted <= TimeSpan.FromSeconds(1) && well.Found <= TimeSpan.FromSeconds(1);
        return settled.Stored == sent && found == samples && counters.WithoutDelay == 0 && highest <= memoryGoal && isWell ? 0 : 1;
    }

    private static async Task<List<OverloadPoint>> WatchAsync(int pid, OverloadCounters counters, long started, TimeSpan duration)
    {
        var curve = new List<OverloadPoint>();
        var last = (Accepted: 0L, Refused: 0L, Cpu: ProcessFigures.Read(pid).CpuSeconds);
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            await Task.Delay(Interval);
            var figures = ProcessFigures.Read(pid);
            var now = (counters.Accepted, counters.Refused, figures.CpuSeconds);
            curve.Add(new OverloadPoint(
                Stopwatch.GetElapsedTime(started).TotalSeconds, figures.RssBytes / 1048576.0, now.Accepted - last.Accepted, now.Refused - last.Refused,
                now.CpuSeconds - last.Cpu));
            last = now;
        }
        return curve;
    }

    /// <summary>A sender that was not there before: how long until it is served, and until its trace is found.</summary>
    private static async Task<(TimeSpan Accepted, TimeSpan Found, long Spans)> ServeNewcomerAsync(ClewApi api, Uri endpoint, int seed)
    {
        long from = Stopwatch.GetTimestamp();
        var plan = new LoadPlan(LoadShape.Whole, seed + 1_000_003);
        plan.Extend(LoadPlan.SpansPerPayload);
        var counters = new OverloadCounters();
        await Task.Run(() => new FloodSender(plan, endpoint, TimeSpan.FromHours(1), TimeSpan.Zero, isPolite: false, counters)
            .Run(Stopwatch.GetTimestamp(), TimeSpan.FromMinutes(1), CancellationToken.None, most: 1));
        var accepted = Stopwatch.GetElapsedTime(from);
        var (values, shape) = plan.Trace(0);
        while (await api.SpanCountAsync(values.IdText) != shape.Spans.Length && Stopwatch.GetElapsedTime(from) < Leftover)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
        return (accepted, Stopwatch.GetElapsedTime(from), counters.Accepted);
    }

    private static double Median(List<OverloadPoint> points) =>
        points.Count == 0 ? 1 : points.Select(static point => point.RssMiB).Order().ElementAt(points.Count / 2);
}
