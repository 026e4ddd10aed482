using System.Text;
using Clew.Ingest.Sampling;
using Clew.Ingest.Sampling.Policies;

namespace Clew.Server.Hosting.Configuration;

/// <summary>The keys of what is sampled.</summary>
internal static class SamplingKeys
{
    public static (SamplingOptions Options, SamplingConfig Config) Read(ConfigurationReader reader, string directory)
    {
        var defaults = new SamplingOptions { Directory = directory };
        string policy = reader.Text("Sampling:Policy", "", "What is kept of the traces, as JSON; empty keeps everything; what the API sets wins");
        string file = reader.Text("Sampling:PolicyFile", "", "A file with what Sampling:Policy would hold");
        var options = defaults with
        {
            DecisionTraces = reader.Number("Sampling:DecisionTraces", defaults.DecisionTraces, 2, 100_000_000, "Traces whose decision late spans follow, about 24 bytes each"),
            DecisionAge = reader.Duration("Sampling:DecisionAge", defaults.DecisionAge, TimeSpan.FromSeconds(1), TimeSpan.FromDays(30), "How long a decision is remembered, about"),
            DroppedSpans = reader.Number("Sampling:DroppedSpans", defaults.DroppedSpans, 0, 100_000_000, "Dropped spans that are recognised when they are sent again, about 24 bytes each, beside those in the journal"),
        };
        return (options, ReadPolicy(reader, policy, file));
    }

    private static SamplingConfig ReadPolicy(ConfigurationReader reader, string policy, string file)
    {
        string key = file.Length > 0 ? "Sampling:PolicyFile" : "Sampling:Policy";
        if (file.Length > 0 && policy.Length > 0)
        {
            reader.Error("Sampling:PolicyFile: Sampling:Policy is set, too; only one of them can be.");
            return SamplingConfig.KeepAll;
        }
        if (file.Length > 0)
        {
            try
            {
                policy = File.ReadAllText(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                reader.Error($"Sampling:PolicyFile: '{file}' cannot be read: {e.Message}");
                return SamplingConfig.KeepAll;
            }
        }
        if (policy.Length == 0)
        {
            return SamplingConfig.KeepAll;
        }
        var config = PolicyReader.Read(Encoding.UTF8.GetBytes(policy), out var problems);
        foreach (var problem in problems)
        {
            reader.Error($"{key}: {problem.Path}: {problem.Message}");
        }
        return config ?? SamplingConfig.KeepAll;
    }
}
