using Clew.Load.Measuring;
using Clew.Load.Payloads;

namespace Clew.Load.Verbs;

/// <summary>Asks a store that an earlier run filled, in this process, without a server.</summary>
internal static class ScanVerb
{
    public static async Task<int> RunAsync(Options options)
    {
        string directory = options.Text("data") ?? throw new UsageException("scan asks the store of an earlier run: give --data DIRECTORY.");
        int repeats = (int)options.Number("repeats", 20);
        string only = options.Text("only") ?? "";
        string? json = options.Text("json");
        bool isCold = options.Flag("cold");
        long spans = (long)options.Number("spans", 10e6);
        var plan = new LoadPlan(options.Choice("shape", LoadShape.Whole), (int)options.Number("seed", 1));
        options.CheckAllUsed();
        var report = new Report("scan", options.Arguments);
        plan.Extend(spans);
        await StoreScans.AddAsync(report, directory, plan, repeats, only, isCold);
        report.Write(Console.Out, json);
        return 0;
    }
}
