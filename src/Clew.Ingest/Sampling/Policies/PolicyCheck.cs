using Clew.Core.Scan;
using Clew.Ingest.Sampling.Rules;

namespace Clew.Ingest.Sampling.Policies;

/// <summary>Says whether a policy can be put to work.</summary>
public static class PolicyCheck
{
    /// <summary>Deepest nesting.</summary>
    public const int MaxDepth = 32;

    /// <summary>Most nodes of a tree.</summary>
    public const int MaxNodes = 1000;

    private const int MaxPattern = 1000;

    /// <summary>What is wrong with a policy, each with its place; empty where nothing is.</summary>
    /// <param name="policy">The root of the tree.</param>
    /// <param name="path">What the root is called.</param>
    public static IReadOnlyList<PolicyProblem> Problems(SamplingPolicy policy, string path = "policy")
    {
        var problems = new List<PolicyProblem>();
        int nodes = 0;
        Check(policy, path, 1);
        return problems;

        void Check(SamplingPolicy node, string at, int depth)
        {
            if (depth > MaxDepth || ++nodes > MaxNodes)
            {
                if (nodes <= MaxNodes + 1)
                {
                    problems.Add(new(at, $"A policy has at most {MaxNodes} parts, nested {MaxDepth} deep."));
                    nodes = MaxNodes + 1;
                }
                return;
            }
            CheckNode(node, at, problems);
            switch (node)
            {
                case AndPolicy and:
                    CheckAll(and.Policies, at, depth);
                    break;
                case OrPolicy or:
                    CheckAll(or.Policies, at, depth);
                    break;
                case NotPolicy not:
                    Check(not.Policy, $"{at}.policy", depth + 1);
                    break;
                case RateLimitPolicy rate:
                    Check(rate.Of, $"{at}.of", depth + 1);
                    break;
            }
        }

        void CheckAll(IReadOnlyList<SamplingPolicy> parts, string at, int depth)
        {
            for (int i = 0; i < parts.Count; i++)
            {
                Check(parts[i], $"{at}.policies[{i}]", depth + 1);
            }
        }
    }

    private static void CheckNode(SamplingPolicy policy, string at, List<PolicyProblem> problems)
    {
        switch (policy)
        {
            case AndPolicy { Policies.Count: 0 } or OrPolicy { Policies.Count: 0 }:
                Bad("policies", "At least one policy is needed.");
                break;
            case NotPolicy not when !IsCondition(not.Policy):
                Bad("policy", "A share or a rate has no opposite: what it leaves cannot be weighted.");
                break;
            case ProbabilityPolicy { Share: not (>= 0 and <= 1) }:
                Bad("share", "A share lies between 0 and 1.");
                break;
            case RateLimitPolicy { PerSecond: not (> 0 and <= 1e9) } rate:
                Bad(rate.CountsSpans ? "spansPerSecond" : "tracesPerSecond", "A rate is greater than 0 and at most a thousand million.");
                break;
            case StatusPolicy { Codes.Count: 0 }:
                Bad("codes", "At least one status is needed.");
                break;
            case LatencyPolicy latency when latency.AtLeast < TimeSpan.Zero || latency.AtMost < latency.AtLeast:
                Bad(latency.AtLeast < TimeSpan.Zero ? "atLeast" : "atMost", "Durations are not negative, and the second is not below the first.");
                break;
            case UnusuallySlowPolicy { Factor: not (> 0 and <= 1e6) }:
                Bad("factor", "The factor is greater than 0.");
                break;
            case UnusuallySlowPolicy { MinTraces: < 1 }:
                Bad("minTraces", "At least one trace is needed.");
                break;
            case RarePolicy { SeenLessThan: < 1 }:
                Bad("seenLessThan", "It is at least 1.");
                break;
            case SpanCountPolicy count when count.Min < 0 || count.Max < count.Min:
                Bad(count.Min < 0 ? "min" : "max", "Counts are not negative, and max is not below min.");
                break;
            case ServicePolicy { Services.Count: 0 }:
                Bad("services", "At least one service is needed.");
                break;
            case TenantPolicy { Tenants.Count: 0 }:
                Bad("tenants", "At least one tenant is needed.");
                break;
            case TraceStatePolicy { Key.Length: 0 }:
                Bad("key", "A key is needed.");
                break;
            case TraceStatePolicy { Values.Count: 0 }:
                Bad("values", "At least one value is needed.");
                break;
            case AttributePolicy attribute:
                CheckAttribute(attribute, Bad);
                break;
        }

        void Bad(string property, string message) => problems.Add(new($"{at}.{property}", message));
    }

    private static void CheckAttribute(AttributePolicy policy, Action<string, string> bad)
    {
        if (policy.Key.Length == 0)
        {
            bad("key", "A key is needed.");
        }
        if (policy.Scope == AttributeScope.None || (policy.Scope & ~(AttributeScope.Span | AttributeScope.Resource | AttributeScope.Scope)) != 0)
        {
            bad("scopes", "Scopes are span, resource and scope.");
        }
        if (policy.Max < policy.Min || double.IsNaN(policy.Min ?? 0) || double.IsNaN(policy.Max ?? 0))
        {
            bad("max", "max is not below min.");
        }
        if (policy.Pattern is not { } pattern)
        {
            return;
        }
        if (pattern.Length > MaxPattern)
        {
            bad("pattern", $"A pattern has at most {MaxPattern} characters.");
            return;
        }
        try
        {
            AttributeRule.Compile(pattern);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            bad("pattern", $"The pattern cannot be used: {exception.Message}");
        }
    }

    private static bool IsCondition(SamplingPolicy policy) => policy switch
    {
        ProbabilityPolicy { Share: not (0 or 1) } or RateLimitPolicy => false,
        AndPolicy and => and.Policies.All(IsCondition),
        OrPolicy or => or.Policies.All(IsCondition),
        NotPolicy not => IsCondition(not.Policy),
        _ => true,
    };
}
