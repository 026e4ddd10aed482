using Clew.Load.Replay;

namespace Clew.Load.Verbs;

/// <summary>As <see cref="IngestVerb"/>, with recorded traces in the place of synthetic ones.</summary>
internal static class ReplayVerb
{
    public static Task<int> RunAsync(Options options)
    {
        string path = options.Text("traces") ?? throw new UsageException("Give --traces FILE or DIRECTORY.");
        string? operation = options.Text("of");
        double perMinute = options.Number("per-minute", 0);
        if (operation is null != perMinute <= 0)
        {
            throw new UsageException("--of and --per-minute go together.");
        }
        if (operation is null)
        {
            return IngestVerb.RunAsync("replay", options, seed => ReplayPlan.Load(path, seed));
        }
        var recorded = RecordedTrace.Read(path).ToList();
        int counted = recorded.Count(trace => trace.BeginsWith(operation));
        if (counted == 0)
        {
            throw new UsageException($"{path}: no trace begins with '{operation}'.");
        }
        double spansEach = recorded.Sum(trace => (double)trace.Spans.Length) / counted;
        return IngestVerb.RunAsync(
            $"replay, {spansEach:0.0} spans with each '{operation}'", options, seed => ReplayPlan.Load(path, seed),
            new RateOf($"'{operation}' a minute", perMinute / 60 * spansEach, 60 / spansEach));
    }
}
