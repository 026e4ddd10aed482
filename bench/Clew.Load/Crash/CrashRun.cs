using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Clew.Load.Targets;

namespace Clew.Load.Crash;

/// <summary>
/// Lives and deaths of a server on one data directory. A cycle: 1. starts it, sometimes killing it while it starts or right after;
/// 2. checks all that was touched since the last check; 3. now and then waits until all is stored and compares counts, or checks everything;
/// 4. loads it; 5. kills it.
/// </summary>
internal sealed partial class CrashRun(CrashOptions options, string directory)
{
    private static readonly TimeSpan LongestLoad = TimeSpan.FromSeconds(4);

    private readonly Random random = new(options.Seed);
    private volatile bool isStopping;
    private readonly CrashRecord record = new(
        new CrashPlan(options.Seed, (ulong)(DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100, isSampled: options.Sampling is not null), options.Sampling);
    private OwnServer? server;
    private CrashSchedule schedule = null!;

    public CrashTotals Totals { get; } = new();

    public CrashRecord Record => record;

    /// <summary>What the server that runs, or ran last, said; the one before it, too.</summary>
    public string Logs { get; private set; } = "";

    /// <summary>Ends with the cycle that runs, and the checks that belong to the end.</summary>
    public void Stop() => isStopping = true;

    /// <exception cref="CrashCheckException">Something acknowledged is lost, doubled or changed.</exception>
    /// <exception cref="InvalidOperationException">The server did not start.</exception>
    public async Task RunAsync(Action<string> progress)
    {
        schedule = new CrashSchedule(record, options.Seed);
        try
        {
            for (int cycle = 1; cycle <= options.Cycles && !isStopping; cycle++)
            {
                await CycleAsync(cycle);
                if (cycle % 10 == 0)
                {
                    progress($"{cycle} cycles, {Totals.Lives} lives, {record.Acknowledged.Spans} spans acknowledged, {Totals.SpansChecked} checked");
                }
            }
            await EndAsync();
        }
        finally
        {
            Totals.Repeats = schedule.Repeats;
            Remember();
            server?.Dispose();
        }
    }

    private async Task CycleAsync(int cycle)
    {
        // 1
        await StartAsync();
        // 2
        await CheckAsync(record.TakeTouched());
        // 3
        if (cycle % options.CountsEvery == 0)
        {
            await CompareCountsAsync();
        }
        if (cycle % options.FullEvery == 0)
        {
            await CheckAllAsync();
        }
        // 4
        Totals.Lives++;
        var sender = new CrashSender(record, schedule, server!.Target.Otlp, options.Connections, options.Rate);
        sender.Start();
        // 5
        Totals.Count(await WaitForKillAsync());
        Kill();
        sender.Stop();
        Totals.Refusals += sender.Refusals;
    }

    private async Task EndAsync()
    {
        await StartAsync();
        await CheckAsync(record.TakeTouched());
        await CheckAllAsync();
        await CompareCountsAsync();
        using (var api = new ClewApi(server!.Target.Clew!))
        {
            await new CrashCheck(record, api).ListAsync();
        }
        server.Stop();
        var (exitCode, output) = await OwnServer.RunAsync(options.Program, "storage", "verify", directory);
        if (exitCode != 0)
        {
            throw new CrashCheckException($"'storage verify' ends with {exitCode}: {output}");
        }
    }

    private async Task StartAsync()
    {
        while (true)
        {
            Remember();
            server?.Dispose();
            server = OwnServer.Launch(options.Program, directory, Hurry());
            double luck = random.NextDouble();
            if (luck < options.StartKills)
            {
                double longest = Math.Max(100, Totals.ReadyMilliseconds.LastOrDefault(1000));
                await Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble() * longest));
                Kill();
                Totals.Count(KillMoment.StartingUp);
                continue;
            }
            await server.WaitUntilReadyAsync();
            Totals.ReadyMilliseconds.Add(server.ReadyAfter.TotalMilliseconds);
            if (luck < 1.5 * options.StartKills)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble() * 50));
                Kill();
                Totals.Count(KillMoment.JustReady);
                continue;
            }
            await NoteMessagesAsync();
            return;
        }
    }

    private async Task<KillMoment> WaitForKillAsync()
    {
        if (random.Next(4) > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50, 1800)));
            return KillMoment.UnderLoad;
        }
        string[] suffixes = [".seg.tmp", ".seg", "MANIFEST.tmp", "MANIFEST", ".journal", ".spare"];
        using var moment = new FileMoment(directory, suffixes[random.Next(suffixes.Length)], random.Next(1, 8));
        double after = random.Next(3) == 0 ? random.NextDouble() * 20 : random.NextDouble() * 2;
        bool came = await moment.WaitAsync(LongestLoad / 2);
        await Task.Delay(TimeSpan.FromMilliseconds(after));
        return came ? KillMoment.AtAFile : KillMoment.UnderLoad;
    }

    private void Kill() => server!.Kill();

    private async Task<CrashCheck> CheckAsync(IEnumerable<long> blocks, bool isSettled = false)
    {
        using var api = new ClewApi(server!.Target.Clew!);
        if (isSettled)
        {
            await CountCheck.DrainAsync(api);
        }
        var check = new CrashCheck(record, api);
        await check.RunAsync(blocks, isSettled);
        Totals.SpansChecked += check.Spans;
        Totals.ContentsChecked += check.Contents;
        return check;
    }

    private async Task CheckAllAsync()
    {
        // What is dropped is gone once nothing is open any more.
        var check = await CheckAsync(Enumerable.Range(0, record.Blocks).Select(block => (long)block), isSettled: options.Sampling is not null);
        Totals.Dropped = check.Dropped;
        Totals.FullChecks++;
    }

    private async Task CompareCountsAsync()
    {
        using var api = new ClewApi(server!.Target.Clew!);
        var check = new CountCheck(record, api);
        await check.RunAsync();
        Totals.CountChecks++;
    }

    /// <summary>What the server says of its health after a start, numbers folded. A kill corrupts nothing, so nobody may say so.</summary>
    private async Task NoteMessagesAsync()
    {
        using var api = new ClewApi(server!.Target.Clew!);
        foreach (var message in (await api.GetAsync("/status"))["health"]!["messages"]!.AsArray())
        {
            string text = (string)message!;
            Totals.Count(Number().Replace(text.Replace(directory, "DIR", StringComparison.Ordinal), "#"));
            if (!text.Contains("torn", StringComparison.OrdinalIgnoreCase))
            {
                throw new CrashCheckException($"After a kill the server says: {text}");
            }
        }
    }

    private void Remember()
    {
        if (server is not null)
        {
            string log = server.Log();
            Logs = $"{Logs[Math.Max(0, Logs.Length - 20_000)..]}\n=== life {Totals.Lives}\n{log[Math.Max(0, log.Length - 20_000)..]}";
        }
    }

    /// <summary>Short periods and small files, other ones for each life, so that kills meet closing, storing, merging and checkpoints.</summary>
    private IEnumerable<string> Hurry()
    {
        string Milliseconds(int from, int to) => string.Create(CultureInfo.InvariantCulture, $"{random.Next(from, to)}ms");
        string[] journalFiles = ["64KiB", "1MiB", "32MiB"];
        return
        [
            "--Assembly:QuietPeriod", Milliseconds(100, 600), "--Assembly:IdlePeriod", Milliseconds(300, 1200),
            "--Assembly:FlushInterval", Milliseconds(50, 500), "--Journal:FileBytes", journalFiles[random.Next(journalFiles.Length)],
            "--Store:MaintenanceInterval", Milliseconds(50, 500), "--Store:MergeFanIn", "4", "--Store:QuietTime", "2s",
            .. options.Sampling?.ServerArguments ?? [], .. options.ServerArguments,
        ];
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
