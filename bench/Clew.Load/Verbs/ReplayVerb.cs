using Clew.Load.Replay;

namespace Clew.Load.Verbs;

/// <summary>As <see cref="IngestVerb"/>, with recorded traces in the place of synthetic ones.</summary>
internal static class ReplayVerb
{
    public static Task<int> RunAsync(Options options)
    {
        string path = options.Text("traces") ?? throw new UsageException("Give --traces FILE or DIRECTORY.");
        return IngestVerb.RunAsync("replay", options, seed => ReplayPlan.Load(path, seed));
    }
}
