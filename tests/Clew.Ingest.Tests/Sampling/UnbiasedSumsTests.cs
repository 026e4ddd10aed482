using Clew.Core.Model;
using Clew.Ingest.Sampling;
using Clew.Ingest.Sampling.Policies;
using Clew.Storage;
using Clew.Testing;
using Clew.Testing.Files;

namespace Clew.Ingest.Tests.Sampling;

/// <summary>What is kept stands for what there was: by the sums of adjusted counts, on traffic whose truth is known.</summary>
public sealed class UnbiasedSumsTests
{
    private const int Runs = 12;

    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    [InlineData(0.1)]
    [InlineData(0.01)]
    public void AfterAShare(double share) => Check(new ProbabilityPolicy(share), SamplingThreshold.Always);

    [Theory]
    [InlineData(0.5, 0.1)]
    [InlineData(0.1, 0.5)]
    [InlineData(0.1, 0.1)]
    [InlineData(0.2, 1)]
    public void AfterTwoStages(double first, double second) =>
        Check(new ProbabilityPolicy(second), SamplingThreshold.OfProbability(first));

    [Theory]
    [InlineData(400, 1)]
    [InlineData(40, 1)]
    [InlineData(40, 0.5)]
    [InlineData(0.5, 1)]
    public void UnderARateLimit(double rate, double first) =>
        Check(new RateLimitPolicy(rate, SamplingPolicy.KeepAll), SamplingThreshold.OfProbability(first));

    [Theory]
    [InlineData(1000)]
    [InlineData(100)]
    [InlineData(3)]
    public void UnderARateLimitOfSpans(double rate) =>
        Check(new RateLimitPolicy(rate, SamplingPolicy.KeepAll) { CountsSpans = true }, SamplingThreshold.Always);

    [Fact]
    public void UnderARateLimitOfAShare() => Check(new RateLimitPolicy(40, new ProbabilityPolicy(0.3)), SamplingThreshold.Always);

    [Fact]
    public void WithErrorsSlowAndRareOnesKeptBesides() => Check(
        new OrPolicy([StatusPolicy.Errors, new LatencyPolicy(TimeSpan.FromSeconds(5)), new RarePolicy(3), new ProbabilityPolicy(0.05)]),
        SamplingThreshold.Always, planted: true);

    [Fact]
    public void WithErrorsKeptBesidesARateOfTheRest() => Check(
        new OrPolicy([StatusPolicy.Errors, new RateLimitPolicy(30, SamplingPolicy.KeepAll)]), SamplingThreshold.OfProbability(0.5), planted: true);

    private static void Check(SamplingPolicy policy, SamplingThreshold sent, bool planted = false)
    {
        var all = new List<double>();
        for (int seed = 1; seed <= Runs; seed++)
        {
            var clock = new ManualTimeProvider();
            using var sampler = new TraceSampler(
                new SamplingOptions { Directory = "/data/sampling" }, new SamplingConfig { Policy = policy }, new FaultyFileLayer(seed), null, clock);
            var traffic = new Traffic(seed);
            var estimate = new Estimate();
            for (int batch = 0; batch < 20; batch++)
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                var traces = traffic.Next(1000, sent, planted);
                sampler.Decide(Tenant.Default, traces, 0);
                estimate.Add(traces);
                sampler.Begin(new AppendId(batch + 1));
                sampler.Commit(new AppendId(batch + 1));
            }
            all.AddRange(estimate.Errors(traffic.True).Values);
            if (planted && policy is OrPolicy { Policies.Count: 4 })
            {
                Assert.Subset(estimate.Kept, traffic.Errors);
                Assert.Subset(estimate.Kept, traffic.Slow);
                Assert.Subset(estimate.Kept, traffic.Rare);
                Assert.True(traffic.Errors.Count > 10 && traffic.Slow.Count > 10 && traffic.Rare.Count > 10);
            }
        }
        // Within 3 standard errors: of 36 sums one may miss it by chance in ten such tests. And not always to one side.
        Assert.True(all.Count(error => Math.Abs(error) > 3) <= 1, string.Join(" ", all));
        Assert.All(all, error => Assert.InRange(error, -4, 4));
        Assert.InRange(all.Average(), -0.75, 0.75);
    }
}
