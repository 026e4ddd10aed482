using Clew.Load.Measuring;

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
        options.CheckAllUsed();
        var report = new Report("scan", options.Arguments);
        await StoreScans.AddAsync(report, directory, repeats, only);
        report.Write(Console.Out, json);
        return 0;
    }
}
