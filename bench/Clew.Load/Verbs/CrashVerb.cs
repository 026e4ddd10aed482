using Clew.Load.Crash;
using Clew.Load.Measuring;

namespace Clew.Load.Verbs;

/// <summary>Kills a server again and again under load, and checks that what it acknowledged is there, once, unchanged.</summary>
internal static class CrashVerb
{
    public static async Task<int> RunAsync(Options options)
    {
        string? data = options.Text("data");
        bool keep = options.Flag("keep");
        string? json = options.Text("json");
        var crash = new CrashOptions
        {
            Program = options.Text("start-server") ?? throw new UsageException("crash kills a server of its own: give --start-server PROGRAM."),
            ServerArguments = options.ServerArguments,
            Cycles = (int)options.Number("cycles", 100),
            Seed = (int)options.Number("seed", 1),
            Connections = (int)options.Number("connections", 4),
            Rate = options.Number("rate", 10_000),
            CountsEvery = (int)options.Number("counts-every", 5),
            FullEvery = (int)options.Number("full-every", 50),
            Sampling = options.Text("sampling") is { } policy ? new CrashSampling(policy) : null,
        };
        options.CheckAllUsed();

        string directory = data ?? Directory.CreateTempSubdirectory("clew-crash-").FullName;
        var run = new CrashRun(crash, directory);
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            run.Stop();
        };
        string? failure = null;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Console.WriteLine($"crash, seed {crash.Seed}, {crash.Cycles} cycles, {directory}");
        try
        {
            await run.RunAsync(line => Console.Error.WriteLine($"{watch.Elapsed.TotalSeconds,6:0} s: {line}"));
        }
        catch (Exception e) when (e is CrashCheckException or InvalidOperationException or HttpRequestException or TaskCanceledException)
        {
            failure = e.Message;
        }
        var report = Describe(run, options, watch.Elapsed);
        if (failure is not null)
        {
            string log = directory.TrimEnd('/') + ".log";
            await File.WriteAllTextAsync(log, run.Logs);
            report.Say($"FAILED: {failure}");
            report.Say($"data: {directory}, what the last servers said: {log}");
        }
        report.Attach("failure", failure is null ? "none" : failure);
        report.Write(Console.Out, json);
        if (failure is null && data is null && !keep)
        {
            Directory.Delete(directory, recursive: true);
        }
        return failure is null ? 0 : 1;
    }

    private static Report Describe(CrashRun run, Options options, TimeSpan time)
    {
        var (totals, record) = (run.Totals, run.Record);
        var report = new Report("crash", options.Arguments);
        report.Say($"crash, seed {options.Number("seed", 1):0}");
        report.Add("time", time.TotalSeconds, "s");
        report.Add("kills", totals.Kills.Values.Sum(), "");
        foreach (var (moment, count) in totals.Kills)
        {
            report.Add($"kills, {moment}", count, "");
        }
        report.Add("payloads acknowledged", record.Acknowledged.Payloads, "");
        report.Add("spans acknowledged", record.Acknowledged.Spans, "");
        report.Add("payloads sent again", totals.Repeats, "");
        report.Add("payloads refused", totals.Refusals, "");
        report.Add("not acknowledged, kept", record.Doubtful.Kept, "payloads", "whole, and from then on like acknowledged ones");
        report.Add("not acknowledged, gone", record.Doubtful.Gone, "payloads");
        report.Add("spans found by id", totals.SpansChecked, "", "with id, service, name, kind, status and times, each once");
        report.Add("of these with attributes", totals.ContentsChecked, "");
        report.Add("traces dropped by decision", totals.Dropped, "", "whole, in the last check of everything");
        report.Add("checks of everything", totals.FullChecks, "");
        report.Add("comparisons of counts", totals.CountChecks, "");
        report.Add("ready after", Percentiles.Of(totals.ReadyMilliseconds));
        foreach (var (message, count) in totals.Messages)
        {
            report.Add($"'{message}'", count, "");
        }
        return report;
    }
}
