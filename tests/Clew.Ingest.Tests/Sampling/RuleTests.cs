using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Ingest.Sampling;
using Clew.Ingest.Sampling.Policies;
using Clew.Testing;
using Clew.Testing.Files;
using Clew.Testing.Stores;

namespace Clew.Ingest.Tests.Sampling;

/// <summary>Which of some traces each policy keeps.</summary>
public sealed class RuleTests
{
    private const ulong Second = 1_000_000_000;

    private static readonly (SamplingPolicy Policy, ulong[] Kept)[] Cases =
    [
        (new AlwaysPolicy(), [1, 2, 3, 4, 5]),
        (StatusPolicy.Errors, [2]),
        (new StatusPolicy([StatusCode.Ok, StatusCode.Error]), [2, 3]),
        (new LatencyPolicy(TimeSpan.FromSeconds(2)), [4]),
        (new LatencyPolicy(TimeSpan.Zero, TimeSpan.FromSeconds(1)), [1, 2, 3, 5]),
        (new SpanCountPolicy(2), [1, 5]),
        (new SpanCountPolicy(0, 1), [2, 3, 4]),
        (new ServicePolicy(["stock"]), [1, 3]),
        (new ServicePolicy(["stock"]) { RootOnly = true }, [3]),
        (new TenantPolicy(["default"]), [1, 2, 3, 4, 5]),
        (new TenantPolicy(["acme"]), []),
        (new TraceStatePolicy("vendor", ["a", "b"]), [5]),
        (new TraceStatePolicy("endor", ["b"]), []),
        (new AttributePolicy("route"), [1, 2, 3]),
        (new AttributePolicy("route") { Values = ["/a"] }, [1]),
        (new AttributePolicy("route") { Pattern = "^/[ab]$" }, [1, 2]),
        (new AttributePolicy("route") { Values = ["7"] }, [3]),
        (new AttributePolicy("route") { Min = 7, Max = 7 }, [3]),
        (new AttributePolicy("route") { Max = 6.5 }, []),
        (new AttributePolicy("route") { Scope = AttributeScope.Resource }, []),
        (new AttributePolicy("service.name") { Values = ["stock"] }, [1, 3]),
        (new AttributePolicy("flag") { Values = ["true"] }, [4]),
        (new AttributePolicy("missing"), []),
        (new NotPolicy(StatusPolicy.Errors), [1, 3, 4, 5]),
        (new AndPolicy([new SpanCountPolicy(0, 1), new NotPolicy(StatusPolicy.Errors)]), [3, 4]),
        (new OrPolicy([StatusPolicy.Errors, new ServicePolicy(["stock"])]), [1, 2, 3]),
        (new ProbabilityPolicy(0), []),
    ];

    [Fact]
    public void EveryPolicyKeepsWhatItSays()
    {
        foreach (var (policy, expected) in Cases)
        {
            Assert.Empty(PolicyCheck.Problems(policy));
            ulong[] kept = [.. Kept(Sampler(policy, new ManualTimeProvider()), Some())];
            Assert.True(expected.SequenceEqual(kept), $"{policy}: {string.Join(' ', kept)}");
        }
    }

    [Fact]
    public void SlowIsWhatIsAboveTheOperationsOwnRecentPercentile()
    {
        var clock = new ManualTimeProvider();
        var sampler = Sampler(new UnusuallySlowPolicy { MinTraces = 200 }, clock);
        Assert.Empty(Kept(sampler, Roots(1, 300, _ => 1000, "fast"))); // nothing is known yet
        Assert.Empty(Kept(sampler, Roots(1001, 300, _ => 100_000, "slow")));
        Assert.Equal([2003UL], Kept(sampler, Roots(2001, 5, i => i == 2 ? 2000UL : 1000, "fast")));
        Assert.Empty(Kept(sampler, Roots(3001, 5, _ => 2000, "slow")));
        clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal([4001UL], Kept(sampler, Roots(4001, 1, _ => 2000, "fast"))); // by the period before
        clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Empty(Kept(sampler, Roots(5001, 1, _ => 2000, "fast"))); // too long ago
    }

    [Fact]
    public void ARefusedBatchIsJudgedAsIfForTheFirstTime()
    {
        var sampler = Sampler(new RarePolicy(1), new ManualTimeProvider());
        for (int attempt = 0; attempt < 3; attempt++)
        {
            var refused = Roots(1, 1, _ => 1, "odd");
            sampler.Decide(Tenant.Default, refused, 0);
            Assert.Equal(1, refused.Traces.Count);
            sampler.Abandon(new(1));
        }
        Assert.Equal([1UL], Kept(sampler, Roots(1, 1, _ => 1, "odd")));
        Assert.Empty(Kept(sampler, Roots(2, 1, _ => 1, "odd")));
    }

    [Fact]
    public void LinkedTracesAreKeptTogetherAndSumsStayUnbiased()
    {
        var random = new Random(3);
        double sum = 0;
        double variance = 0;
        int together = 0;
        int apart = 0;
        const int pairs = 4000;
        var sampler = Sampler(new ProbabilityPolicy(0.2), new ManualTimeProvider(), keepLinked: true);
        for (int i = 0; i < pairs; i++)
        {
            // One links to the other; they come in one batch, or one after the other.
            var ids = new[] { Id(random), Id(random) };
            var builders = i % 2 == 0 ? new[] { new SpanBatchBuilder() } : [new SpanBatchBuilder(), new SpanBatchBuilder()];
            for (int n = 0; n < 2; n++)
            {
                var builder = builders[n % builders.Length];
                int row = builder.Span((ulong)n + 1, ((ulong)i * 2) + (ulong)n + 1);
                builder.Batch.Spans.TraceIds[row] = ids[n];
                if (n == i / 2 % 2)
                {
                    int link = builder.Batch.Links.AddRow();
                    builder.Batch.Links.TraceIds[link] = ids[1 - n];
                    builder.Batch.Links.SpanIds[link] = new SpanId(9);
                    builder.Batch.Links.TraceStates[link] = 0;
                    builder.Batch.Links.Flags[link] = 0;
                    builder.Batch.Links.Attributes[link] = default;
                    builder.Batch.Links.DroppedAttributesCounts[link] = 0;
                    builder.Batch.Spans.Links[row] = new RowRange(link, 1);
                }
            }
            var kept = new HashSet<TraceId>();
            foreach (var builder in builders)
            {
                var batch = TraceBatches.Of(builder.Batch);
                sampler.Decide(Tenant.Default, batch, 0);
                sampler.Commit(new(1));
                for (int trace = 0; trace < batch.Traces.Count; trace++)
                {
                    kept.Add(batch.Traces.TraceIds[trace]);
                    double weight = batch.Spans.Spans.Threshold(batch.Traces.Spans[trace].Start).AdjustedCount;
                    sum += weight;
                    variance += 2 * weight * (weight - 1); // both of a pair go together
                }
            }
            together += kept.Count == 2 ? 1 : 0;
            apart += i % 2 == 0 && kept.Count == 1 ? 1 : 0;
        }
        Assert.Equal(0, apart);
        Assert.InRange((sum - (2 * pairs)) / Math.Sqrt(variance), -3, 3);
        Assert.InRange(together, (int)(pairs * 0.2), (int)(pairs * 0.5));
    }

    private static TraceId Id(Random random) => new((ulong)random.NextInt64(), (ulong)random.NextInt64(long.MinValue, long.MaxValue));

    private static TraceSampler Sampler(SamplingPolicy policy, ManualTimeProvider clock, bool keepLinked = false) => new(
        new SamplingOptions { Directory = "/data/sampling" }, new SamplingConfig { Policy = policy, KeepLinked = keepLinked },
        new FaultyFileLayer(1), null, clock);

    private static IEnumerable<ulong> Kept(TraceSampler sampler, TraceBatch batch)
    {
        sampler.Decide(Tenant.Default, batch, 0);
        sampler.Commit(new(1));
        return batch.Traces.TraceIds[..batch.Traces.Count].Select(id => id.Low).Order();
    }

    private static TraceBatch Roots(ulong first, int count, Func<int, ulong> duration, string name)
    {
        var builder = new SpanBatchBuilder();
        for (int i = 0; i < count; i++)
        {
            builder.Span(first + (ulong)i, first + (ulong)i, name: name, start: Second, end: Second + duration(i));
        }
        var batch = TraceBatches.Of(builder.Batch);
        batch.Traces.ShapeHashes.AsSpan(0, count).Fill((ulong)name.Length);
        return batch;
    }

    private static TraceBatch Some()
    {
        var builder = new SpanBatchBuilder();
        builder.Span(1, 1, service: "shop", start: Second, end: Second + 9, attributes: ("route", "/a"));
        builder.Span(1, 2, 1, service: "stock", start: Second, end: Second + 5);
        builder.Span(2, 3, service: "shop", status: StatusCode.Error, attributes: ("route", "/b"));
        builder.Span(3, 4, service: "stock", status: StatusCode.Ok, attributes: ("route", 7));
        builder.Span(4, 5, service: "shop", start: Second, end: 3 * Second, attributes: ("flag", true));
        builder.Span(5, 6, service: "shop");
        int row = builder.Span(5, 7, 6, service: "shop");
        builder.Batch.Spans.TraceStates[row] = builder.Id("x=y, vendor=b");
        return TraceBatches.Of(builder.Batch);
    }
}
