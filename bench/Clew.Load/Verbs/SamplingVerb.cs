using System.Globalization;
using System.Text.Json.Nodes;
using Clew.Core.Files;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Ingest.Sampling;
using Clew.Ingest.Sampling.Policies;
using Clew.Load.Measuring;
using Clew.Load.Sampling;
using Clew.Storage;

namespace Clew.Load.Verbs;

/// <summary>How well kept spans stand for all, policy by policy, on traffic whose truth is known; in this process, without a server.</summary>
internal static class SamplingVerb
{
    private const int BatchTraces = 10_000;

    public static Task<int> RunAsync(Options options)
    {
        int traces = (int)options.Number("traces", 300_000);
        int seed = (int)options.Number("seed", 1);
        string? json = options.Text("json");
        options.CheckAllUsed();
        var report = new Report("sampling", options.Arguments);
        report.Say($"{traces} traces of {SamplingTraffic.Services.Length} services: sum of adjusted counts against truth; accuracy of the worst service; standard errors of the worst.");
        var rows = new JsonArray();
        foreach (var (name, sent, policy) in Cases())
        {
            rows.Add(Run(report, name, sent, policy, traces, seed));
        }
        report.Attach("cases", rows);
        report.Write(Console.Out, json);
        return Task.FromResult(0);
    }

    private static IEnumerable<(string Name, double Sent, SamplingPolicy Policy)> Cases()
    {
        yield return ("p = 1", 1, new ProbabilityPolicy(1));
        yield return ("p = 0.5", 1, new ProbabilityPolicy(0.5));
        yield return ("p = 0.1", 1, new ProbabilityPolicy(0.1));
        yield return ("p = 0.01", 1, new ProbabilityPolicy(0.01));
        yield return ("sender 0.5, then 0.1", 0.5, new ProbabilityPolicy(0.1));
        yield return ("sender 0.1, then 0.5", 0.1, new ProbabilityPolicy(0.5));
        const double rate = BatchTraces / 10.0; // a batch is a second of this traffic
        yield return ("rate limit, a tenth", 1, new RateLimitPolicy(rate, SamplingPolicy.KeepAll));
        yield return ("sender 0.5, rate limit", 0.5, new RateLimitPolicy(rate, SamplingPolicy.KeepAll));
        yield return ("errors, slow, rare, and 0.05", 1, new OrPolicy(
            [StatusPolicy.Errors, new LatencyPolicy(TimeSpan.FromSeconds(5)), new RarePolicy(3), new ProbabilityPolicy(0.05)]));
    }

    private static JsonObject Run(Report report, string name, double sent, SamplingPolicy policy, int traces, int seed)
    {
        var clock = new StepClock();
        using var sampler = new TraceSampler(
            new SamplingOptions { Directory = Path.Combine(Path.GetTempPath(), "clew-load-sampling"), DecisionTraces = traces * 2 },
            new SamplingConfig { Policy = policy }, DiskFileLayer.Instance, null, clock);
        var traffic = new SamplingTraffic(seed);
        double[] sums = new double[SamplingTraffic.Services.Length];
        double[] variances = new double[sums.Length];
        long kept = 0;
        long came = 0;
        int lost = 0;
        var cpu = TimeSpan.Zero;
        var keptTraces = new HashSet<TraceId>();
        int[] ofTrace = new int[sums.Length];
        for (int done = 0; done < traces; done += BatchTraces)
        {
            clock.Step(TimeSpan.FromSeconds(1));
            var batch = traffic.Next(BatchTraces, SamplingThreshold.OfProbability(sent));
            came += batch.Spans.Count;
            var before = Environment.CpuUsage.TotalTime;
            kept += sampler.Decide(Tenant.Default, batch, 0);
            sampler.Commit(new AppendId(1));
            cpu += Environment.CpuUsage.TotalTime - before;
            for (int trace = 0; trace < batch.Traces.Count; trace++)
            {
                keptTraces.Add(batch.Traces.TraceIds[trace]);
                Array.Clear(ofTrace);
                var range = batch.Traces.Spans[trace];
                for (int row = range.Start; row < range.End; row++)
                {
                    ofTrace[Array.IndexOf(SamplingTraffic.Services, batch.Spans.Text(batch.Spans.ServiceName(row)))]++;
                }
                double weight = SpanMatcher.Threshold(batch.Spans, range.Start).AdjustedCount;
                for (int service = 0; service < sums.Length; service++)
                {
                    sums[service] += ofTrace[service] * weight;
                    variances[service] += ofTrace[service] * (double)ofTrace[service] * weight * (weight - 1);
                }
            }
        }
        if (policy is OrPolicy)
        {
            lost = traffic.Planted.Count(id => !keptTraces.Contains(id));
        }
        double truth = traffic.True.Sum();
        double worst = 1;
        double errors = 0;
        for (int service = 0; service < sums.Length; service++)
        {
            double off = Math.Abs(sums[service] - traffic.True[service]);
            worst = Math.Min(worst, 1 - (off / traffic.True[service]));
            errors = Math.Max(errors, off == 0 ? 0 : off / Math.Sqrt(variances[service]));
        }
        double accuracy = 1 - (Math.Abs(sums.Sum() - truth) / truth);
        string note = string.Create(
            CultureInfo.InvariantCulture,
            $"kept {100.0 * kept / truth:0.00} %, worst service {100 * worst:0.0} %, {errors:0.00} standard errors{(policy is OrPolicy ? $", planted traces lost: {lost} of {traffic.Planted.Count}" : "")}");
        report.Add(name, 100 * accuracy, "%", note);
        return new JsonObject
        {
            ["case"] = name,
            ["trueSpans"] = truth,
            ["adjustedSpans"] = Math.Round(sums.Sum(), 1),
            ["keptSpans"] = kept,
            ["accuracy"] = Math.Round(accuracy, 5),
            ["worstServiceAccuracy"] = Math.Round(worst, 5),
            ["worstStandardErrors"] = Math.Round(errors, 3),
            ["plantedTraces"] = policy is OrPolicy ? traffic.Planted.Count : 0,
            ["plantedLost"] = lost,
            ["cpuSecondsPerMillionSpans"] = Math.Round(cpu.TotalSeconds * 1e6 / Math.Max(1, came), 4),
        };
    }

    private sealed class StepClock : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Step(TimeSpan time) => ticks += time.Ticks;

        public override long GetTimestamp() => ticks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(ticks);
    }
}
