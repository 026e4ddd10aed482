using Clew.Core.Model;
using Clew.Server.SelfMonitoring;
using Clew.Server.SelfMonitoring.Probing;
using Clew.Testing;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Tests.SelfMonitoring;

public sealed class ProberTests
{
    private readonly ManualTimeProvider clock = new();
    private readonly Freshness freshness = new();

    [Fact]
    public async Task The_time_runs_from_sending_until_search_finds_the_probe()
    {
        var target = new Target(clock) { SendTakes = TimeSpan.FromMilliseconds(30), FindTakes = TimeSpan.FromMilliseconds(10) };
        await Probe(target);
        Assert.Equal(0.04, freshness.Figures!.Max, 6);
        Assert.Equal((1L, 0L), (freshness.Figures.Probes, freshness.Figures.NotFound));
    }

    [Fact]
    public async Task A_refused_probe_is_sent_again_and_the_time_runs_on()
    {
        var target = new Target(clock) { Refusals = 3, Misses = 2 };
        await Probe(target);
        // Pauses of 5, 10 and 20 ms, then of 5 and 10.
        Assert.Equal(0.05, freshness.Figures!.Max, 6);
        Assert.Equal((4, 3), (target.Sent, target.Asked));
        Assert.Null(freshness.Problem);
    }

    [Fact]
    public async Task A_probe_that_is_never_found_counts_with_its_time_and_the_health_says_why()
    {
        var target = new Target(clock) { Misses = int.MaxValue };
        await Probe(target);
        Assert.Equal((1L, 1L), (freshness.Figures!.Probes, freshness.Figures.NotFound));
        Assert.Equal(2, freshness.Figures.P99, 3);
        Assert.Contains("within 2 s: not there", freshness.Problem, StringComparison.Ordinal);
        target.Misses = 0;
        await Probe(target);
        Assert.Null(freshness.Problem);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_asked_again()
    {
        await Probe(new Target(clock) { Broken = 2 });
        Assert.Equal((1L, 0L), (freshness.Figures!.Probes, freshness.Figures.NotFound));
        Assert.Equal(0.5, freshness.Figures.Max, 6);
    }

    [Fact]
    public void Quantiles_are_of_the_newest_measurements()
    {
        Assert.Null(freshness.Figures);
        for (int i = 0; i < 1000; i++)
        {
            freshness.Found(TimeSpan.FromSeconds(100));
        }
        for (int i = 1; i <= Freshness.Kept; i++)
        {
            freshness.Found(TimeSpan.FromMilliseconds(i));
        }
        var figures = freshness.Figures!;
        Assert.Equal((0.36, 0.713, 0.72, 1720L), (figures.P50, figures.P99, figures.Max, figures.Probes));
    }

    [Fact]
    public void Only_who_knows_the_secret_is_a_probe()
    {
        var secret = new ProbeSecret();
        foreach (var (value, expected) in new[] { (secret.Value, true), ("", false), (new ProbeSecret().Value, false), (secret.Value[..^1], false), (secret.Value + "0", false) })
        {
            var context = new DefaultHttpContext();
            context.Request.Headers[ProbeSecret.Header] = value;
            Assert.Equal(expected, secret.IsGivenBy(context.Request));
        }
        var twice = new DefaultHttpContext();
        twice.Request.Headers[ProbeSecret.Header] = new([secret.Value, secret.Value]);
        Assert.False(secret.IsGivenBy(twice.Request));
        Assert.False(secret.IsGivenBy(new DefaultHttpContext().Request));
    }

    /// <summary>One probe, the clock moved on whenever somebody waits for it.</summary>
    private async Task Probe(Target target)
    {
        SynchronizationContext.SetSynchronizationContext(null); // What waits goes on within Advance.
        var probe = new Prober(target, freshness, new ProbeOptions(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2)), clock).ProbeAsync(CancellationToken.None);
        while (!probe.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }
        await probe;
    }

    private sealed class Target(ManualTimeProvider clock) : IProbeTarget
    {
        public TimeSpan SendTakes { get; init; }

        public TimeSpan FindTakes { get; init; }

        public int Refusals { get; set; }

        public int Misses { get; set; }

        public int Broken { get; set; }

        public int Sent { get; private set; }

        public int Asked { get; private set; }

        public Task<string?> SendAsync(TraceId traceId, CancellationToken cancellationToken)
        {
            Sent++;
            if (Broken-- > 0)
            {
                throw new HttpRequestException("Nobody listens.");
            }
            clock.Advance(SendTakes);
            return Task.FromResult(Refusals-- > 0 ? "refused" : null);
        }

        public Task<string?> FindAsync(TraceId traceId, CancellationToken cancellationToken)
        {
            Asked++;
            clock.Advance(FindTakes);
            return Task.FromResult(Misses-- > 0 ? "not there" : null);
        }
    }
}
