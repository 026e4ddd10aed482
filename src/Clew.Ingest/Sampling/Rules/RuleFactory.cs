using Clew.Ingest.Sampling.Policies;

namespace Clew.Ingest.Sampling.Rules;

/// <summary>Puts a policy to work, with a memory of its own.</summary>
internal static class RuleFactory
{
    /// <param name="policy">Valid: see <see cref="PolicyCheck"/>.</param>
    /// <param name="clock">The time that rates and recent values are measured by.</param>
    public static ISamplingRule Create(SamplingPolicy policy, TimeProvider clock) => policy switch
    {
        AlwaysPolicy => new ShareRule(1),
        ProbabilityPolicy share => new ShareRule(share.Share),
        AndPolicy and => new CombinedRule(Create(and.Policies, clock), all: true),
        OrPolicy or => new CombinedRule(Create(or.Policies, clock), all: false),
        NotPolicy not => new NotRule(Create(not.Policy, clock)),
        RateLimitPolicy rate => new RateLimitRule(rate.PerSecond, rate.CountsSpans, Create(rate.Of, clock), clock),
        StatusPolicy status => new StatusRule(status.Codes),
        LatencyPolicy latency => new LatencyRule(
            (ulong)latency.AtLeast.Ticks * 100, latency.AtMost is { } most ? (ulong)most.Ticks * 100 : ulong.MaxValue),
        UnusuallySlowPolicy slow => new UnusuallySlowRule(slow, clock),
        RarePolicy rare => new RareRule(rare.SeenLessThan, clock),
        AttributePolicy attribute => new AttributeRule(attribute),
        ServicePolicy service => new ServiceRule(service.Services, service.RootOnly),
        TenantPolicy tenant => new TenantRule(tenant.Tenants),
        SpanCountPolicy count => new SpanCountRule(count.Min, count.Max),
        TraceStatePolicy state => new TraceStateRule(state.Key, state.Values),
        _ => throw new NotSupportedException(policy.GetType().Name),
    };

    private static ISamplingRule[] Create(IReadOnlyList<SamplingPolicy> policies, TimeProvider clock) =>
        [.. policies.Select(policy => Create(policy, clock))];
}
