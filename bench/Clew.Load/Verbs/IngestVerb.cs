using Clew.Load.Limits;
using Clew.Load.Measuring;
using Clew.Load.Payloads;
using Clew.Load.Sending;
using Clew.Load.Targets;

namespace Clew.Load.Verbs;

/// <summary>
/// Sends spans and measures what they cost: 1. warms up, so that the server's code is compiled; 2. sends; 3. waits until all is stored;
/// 4. asks for samples; 5. measures the machine's limits on the same payloads.
/// </summary>
internal static class IngestVerb
{
    public static Task<int> RunAsync(Options options)
    {
        var shape = options.Choice("shape", LoadShape.Whole);
        return RunAsync($"ingest, {shape}", options, seed => new LoadPlan(shape, seed));
    }

    /// <param name="title">Names the load.</param>
    /// <param name="options">The command line.</param>
    /// <param name="makePlan">What to send, by seed.</param>
    /// <param name="given">The rate, where it is not the command line's.</param>
    public static async Task<int> RunAsync(string title, Options options, Func<int, LoadPlan> makePlan, RateOf? given = null)
    {
        await using var session = await Session.OpenAsync(options);
        double rate = given?.SpansPerSecond ?? options.Number("rate", 0);
        var duration = options.Seconds("duration");
        long spans = duration is not null ? long.MaxValue : (long)options.Number("spans", 2e6);
        long warmUp = (long)options.Number("warm-up", 200_000);
        int samples = (int)options.Number("samples", 200);
        var patience = options.Seconds("patience") ?? TimeSpan.FromMinutes(5);
        bool limits = options.Flag("limits");
        options.CheckAllUsed();

        var target = session.Target;
        var plan = makePlan(session.Seed);
        var report = new Report(title, options.Arguments);
        using var api = target.Clew is { } own ? new ClewApi(own) : null;
        report.Say($"{title}, {session.Connections} connections, {(rate > 0 ? $"{rate:0} spans/s" : "full rate")}");
        report.Add("payload", plan.BytesPerSpan, "B/span");

        // 1
        long sent = 0;
        DirectorySize before = default;
        if (warmUp > 0)
        {
            plan.Extend(warmUp);
            sent += new LoadRun(plan, target.Otlp, session.Connections, rate).Run().Spans;
            if (api is not null)
            {
                await api.SettleAsync(patience);
                before = target.Directory is { } data ? DirectorySize.Of(data) : default;
            }
        }

        // 2
        long blocksBefore = plan.Blocks;
        plan.Extend(spans);
        var start = target.Figures();
        LoadResult load;
        ProcessFigures acknowledged;
        (long Peak, long Median) rss = default;
        using (var sampler = target.Pid is { } pid ? new ProcessSampler(pid) : null)
        {
            load = new LoadRun(plan, target.Otlp, session.Connections, rate).Run(duration);
            acknowledged = target.Figures();
            rss = sampler?.Rss() ?? default;
        }
        sent += load.Spans;
        double millions = load.Spans / 1e6;
        report.Add("spans acknowledged", load.Spans, "");
        report.Add("rate", load.Rate, "spans/s", rate > 0 ? "" : "each acknowledged; goal ≥ 500,000");
        if (given is not null)
        {
            report.Add(given.Name, load.Rate * given.PerSpanAndSecond, "");
        }
        report.Add("bytes", load.Bytes / load.Seconds / 1e6, "MB/s");
        report.Add("acknowledged after", load.Latency);
        report.Add("sent again after a refusal", load.Refusals, "");
        report.Add("generator's CPU", load.GeneratorCpuSeconds / millions, "s/M spans");

        // 3
        bool isWhole = true;
        if (api is not null)
        {
            var (status, after) = await api.SettleAsync(patience);
            report.Add("settled after", after.TotalSeconds, "s");
            report.Add("segments", status.Segments, "");
            long received = status.Stored;
            isWhole &= received == sent;
            report.Add("stored", received, "spans", received == sent ? "all that were sent" : $"SENT {sent}");
            if ((await api.GetAsync("/status"))["freshness"] is { } freshness)
            {
                report.Add("found after, p99 of probes", (double)freshness["p99"]! * 1000, "ms", $"of {freshness["probes"]} probes, {freshness["notFound"]} not found; goal ≤ 1,000");
            }
            if (status.Messages.Length > 0)
            {
                report.Say($"health: {status.Health}: {status.Messages}");
            }
        }
        if (target.Pid is not null)
        {
            var settled = target.Figures();
            report.Add("server's CPU while sending", (acknowledged.CpuSeconds - start.CpuSeconds) / millions, "s/M spans");
            double cores = (acknowledged.CpuSeconds - start.CpuSeconds) / load.Seconds;
            report.Add("server's cores while sending", cores, "", $"a machine of {Environment.ProcessorCount} has {Environment.ProcessorCount / cores:0} times that");
            report.Add("server's CPU, settled", (settled.CpuSeconds - start.CpuSeconds) / millions, "s/M spans", "goal ≤ 1.5");
            report.Add("RSS while sending, highest", rss.Peak / 1048576.0, "MiB", rate > 0 ? "goal at 100,000 spans/s ≤ 300" : "goal ≤ 1,024");
            report.Add("RSS while sending, median", rss.Median / 1048576.0, "MiB");
            report.Add("RSS settled", settled.RssBytes / 1048576.0, "MiB", $"of these {settled.FileRssBytes >> 20} MiB mapped; highest ever {settled.PeakRssBytes >> 20} MiB");
        }
        if (target.Directory is { } directory)
        {
            var size = DirectorySize.Of(directory);
            report.Add("on disk", (size.OtherBytes - before.OtherBytes) / (double)load.Spans, "B/span", "all but the journal's files; goal ≤ 30");
            report.Add("journal files", size.JournalBytes / 1048576.0, "MiB", "of fixed size, used again");
        }

        // 4
        if (await FoundCheck.RunAsync(target, plan, samples) is { } found)
        {
            isWhole &= found == samples;
            report.Add("found whole", found, "traces", $"of {samples} asked for");
        }

        // 5
        if (limits)
        {
            LimitsRun.Add(report, plan, target.Directory ?? Path.GetTempPath());
        }
        report.Write(Console.Out, session.Json);
        return isWhole && plan.Blocks > blocksBefore ? 0 : 1;
    }
}
