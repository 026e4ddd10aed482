using System.Text.Json;
using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Ingest.Sampling.Policies;

/// <summary>Reads what is sampled from JSON. Keep in sync with <see cref="PolicyWriter"/> and docs/operations/sampling.md.</summary>
public static class PolicyReader
{
    /// <summary>Longest text that is read, in bytes.</summary>
    public const int MaxLength = 1 << 20;

    private static readonly JsonDocumentOptions Options = new()
    {
        MaxDepth = (2 * PolicyCheck.MaxDepth) + 4,
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Reads and checks. Null where anything is wrong; the problems then say what and where.</summary>
    public static SamplingConfig? Read(ReadOnlyMemory<byte> json, out IReadOnlyList<PolicyProblem> problems)
    {
        var found = new List<PolicyProblem>();
        problems = found;
        if (json.Length > MaxLength)
        {
            found.Add(new("", $"The text is longer than {MaxLength} bytes."));
            return null;
        }
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            var reader = new PolicyObject(document.RootElement, "", found);
            var policy = reader.Has("policy") ? Policy(reader.Child("policy")) : SamplingPolicy.KeepAll;
            var config = new SamplingConfig { Policy = policy, KeepLinked = reader.Flag("keepLinked") };
            reader.Complete();
            if (found.Count == 0)
            {
                found.AddRange(PolicyCheck.Problems(policy));
            }
            return found.Count == 0 ? config : null;
        }
        catch (JsonException exception)
        {
            found.Add(new($"line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}", "This is not JSON."));
            return null;
        }
    }

    private static SamplingPolicy Policy(PolicyObject at)
    {
        string type = at.Text("type", required: true);
        SamplingPolicy? policy = type switch
        {
            "always" => new AlwaysPolicy(),
            "errors" => StatusPolicy.Errors,
            "status" => new StatusPolicy(at.Choices("codes", Statuses)),
            "latency" => new LatencyPolicy(at.Duration("atLeast") ?? TimeSpan.Zero, at.Duration("atMost")),
            "unusuallySlow" => new UnusuallySlowPolicy { Factor = at.Number("factor") ?? 1, MinTraces = at.Integer("minTraces") ?? 100 },
            "rare" => new RarePolicy(at.Integer("seenLessThan") ?? 10),
            "attribute" => Attribute(at),
            "service" => new ServicePolicy(at.Texts("services")) { RootOnly = at.Flag("rootOnly") },
            "tenant" => new TenantPolicy(at.Texts("tenants")),
            "spanCount" => new SpanCountPolicy(at.Integer("min") ?? 0, at.Integer("max") ?? int.MaxValue),
            "traceState" => new TraceStatePolicy(at.Text("key", required: true), at.Texts("values")),
            "probability" => new ProbabilityPolicy(at.Number("share", required: true) ?? 0),
            "rateLimit" => RateLimit(at),
            "and" => new AndPolicy(Policies(at)),
            "or" => new OrPolicy(Policies(at)),
            "not" => new NotPolicy(at.Has("policy") ? Policy(at.Child("policy")) : Missing(at, "policy")),
            _ => null,
        };
        if (policy is null)
        {
            if (type.Length > 0)
            {
                at.Bad("type", $"There is no policy '{type}'. There are: {string.Join(", ", PolicyWriter.Types)}.");
            }
            return SamplingPolicy.KeepAll;
        }
        at.Complete();
        return policy;
    }

    private static AttributePolicy Attribute(PolicyObject at)
    {
        var policy = new AttributePolicy(at.Text("key", required: true))
        {
            Values = at.Texts("values"),
            Pattern = at.Has("pattern") ? at.Text("pattern") : null,
            Min = at.Number("min"),
            Max = at.Number("max"),
        };
        return at.Has("scopes")
            ? policy with { Scope = at.Choices("scopes", Scopes).Aggregate(AttributeScope.None, static (all, scope) => all | scope) }
            : policy;
    }

    private static RateLimitPolicy RateLimit(PolicyObject at)
    {
        bool countsSpans = at.Has("spansPerSecond");
        if (countsSpans && at.Has("tracesPerSecond"))
        {
            at.Bad("spansPerSecond", "A rate counts traces or spans, not both.");
        }
        return new RateLimitPolicy(
            at.Number(countsSpans ? "spansPerSecond" : "tracesPerSecond", required: true) ?? 1,
            at.Has("of") ? Policy(at.Child("of")) : SamplingPolicy.KeepAll)
        {
            CountsSpans = countsSpans,
        };
    }

    private static List<SamplingPolicy> Policies(PolicyObject at) => [.. at.Children("policies").Select(Policy)];

    private static AlwaysPolicy Missing(PolicyObject at, string name)
    {
        at.Bad(name, "This is needed.");
        return new AlwaysPolicy();
    }

    internal static readonly (string Name, StatusCode Value)[] Statuses =
        [("unset", StatusCode.Unset), ("ok", StatusCode.Ok), ("error", StatusCode.Error)];

    internal static readonly (string Name, AttributeScope Value)[] Scopes =
        [("span", AttributeScope.Span), ("resource", AttributeScope.Resource), ("scope", AttributeScope.Scope)];
}
