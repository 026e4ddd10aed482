using Clew.Core.Model;
using Clew.Ingest.Sampling.Policies;
using YamlDotNet.RepresentationModel;

namespace Clew.Ingest.Sampling.Import;

/// <summary>Turns policies of the Collector into Clew's, one by one. What cannot be taken whole is not taken at all, and noted.</summary>
internal sealed class PolicyImport(List<ImportNote> notes)
{
    private int nodes;

    /// <summary>Takes a policy of the list.</summary>
    /// <param name="node">The policy.</param>
    /// <param name="keep">Where what keeps goes.</param>
    /// <param name="veto">Where what drops goes: it wins.</param>
    public void Take(YamlNode node, List<SamplingPolicy> keep, List<SamplingPolicy> veto)
    {
        var settings = new YamlSettings(node, notes);
        if (settings.Text("type") == "drop")
        {
            if (All(settings, "drop", "drop_sub_policy", 1) is { } dropped)
            {
                AddVeto(settings, dropped, veto);
            }
            return;
        }
        if (Read(settings, 1, out bool inverted) is not { } policy)
        {
            return;
        }
        if (!inverted)
        {
            keep.Add(policy);
        }
        else if (AddVeto(settings, policy, veto))
        {
            keep.Add(new NotPolicy(policy));
        }
    }

    private bool AddVeto(YamlSettings settings, SamplingPolicy policy, List<SamplingPolicy> veto)
    {
        if (PolicyCheck.Problems(new NotPolicy(policy)).Count > 0)
        {
            NotTaken(settings, "Dropping what a share or a rate keeps leaves traces that cannot be weighted.");
            return false;
        }
        veto.Add(policy);
        return true;
    }

    private SamplingPolicy? Read(YamlSettings policy, int depth, out bool inverted)
    {
        inverted = false;
        string type = policy.Text("type") ?? "";
        if (depth > PolicyCheck.MaxDepth || ++nodes > PolicyCheck.MaxNodes)
        {
            NotTaken(policy, $"There are more than {PolicyCheck.MaxNodes} policies, or they are nested more than {PolicyCheck.MaxDepth} deep.");
            return null;
        }
        var own = policy.Map(type) ?? new YamlSettings(new YamlMappingNode(), notes);
        inverted = type is "string_attribute" or "numeric_attribute" or "boolean_attribute" && own.Flag("invert_match");
        var taken = type switch
        {
            "always_sample" => SamplingPolicy.KeepAll,
            "latency" => Latency(policy, own),
            "numeric_attribute" => Attribute(policy, own, key => new AttributePolicy(key)
            {
                Min = own.Number("min_value", type),
                Max = own.Number("max_value", type),
            }),
            "string_attribute" => Texts(policy, own),
            "boolean_attribute" => Attribute(policy, own, key => new AttributePolicy(key) { Values = [own.Flag("value") ? "true" : "false"] }),
            "probabilistic" => Share(policy, own),
            "status_code" => Statuses(policy, own),
            "rate_limiting" => Rate(policy, own.Number("spans_per_second", type), SamplingPolicy.KeepAll),
            "span_count" => new SpanCountPolicy(Count(own.Number("min_spans", type), 0), Count(own.Number("max_spans", type), int.MaxValue)),
            "trace_state" => own.Text("key") is { Length: > 0 } key ? new TraceStatePolicy(key, own.Texts("values")) : Missing(policy, "key"),
            "and" => All(policy, "and", "and_sub_policy", depth),
            "not" => Not(policy, own, depth),
            "composite" => Composite(policy, own, depth),
            _ => Unknown(policy, type),
        };
        if (taken is not null && PolicyCheck.Problems(taken) is [var problem, ..])
        {
            NotTaken(policy, problem.Message);
            return null;
        }
        return taken;
    }

    private LatencyPolicy? Latency(YamlSettings policy, YamlSettings own)
    {
        if (own.Number("threshold_ms", "latency") is not (>= 0 and <= 1e12 and var least))
        {
            return Missing<LatencyPolicy>(policy, "threshold_ms");
        }
        var most = own.Number("upper_threshold_ms", "latency") is > 0 and <= 1e12 and var upper ? TimeSpan.FromMilliseconds(upper) : (TimeSpan?)null;
        return new LatencyPolicy(TimeSpan.FromMilliseconds(least), most);
    }

    private AttributePolicy? Texts(YamlSettings policy, YamlSettings own) => Attribute(policy, own, key => own.Flag("enabled_regex_matching")
        ? new AttributePolicy(key) { Pattern = string.Join('|', own.Texts("values").Select(value => $"(?:{value})")) }
        : new AttributePolicy(key) { Values = own.Texts("values") });

    private AttributePolicy? Attribute(YamlSettings policy, YamlSettings own, Func<string, AttributePolicy> create)
    {
        if (own.Text("key") is not { Length: > 0 } key)
        {
            return Missing<AttributePolicy>(policy, "key");
        }
        var attribute = create(key);
        if (attribute.AnyValue || attribute.Pattern is "")
        {
            NotTaken(policy, "It says no values.");
            return null;
        }
        return attribute;
    }

    private ProbabilityPolicy? Share(YamlSettings policy, YamlSettings own)
    {
        if (own.Number("sampling_percentage", "probabilistic") is not { } percentage)
        {
            return Missing<ProbabilityPolicy>(policy, "sampling_percentage");
        }
        if (own.Text("hash_salt") is { Length: > 0 })
        {
            own.Note("hash_salt", Name(policy), "A salt is not used: traces are chosen by their own randomness, as the share says.");
        }
        return new ProbabilityPolicy(Math.Clamp(percentage / 100, 0, 1));
    }

    private SamplingPolicy? Statuses(YamlSettings policy, YamlSettings own)
    {
        var codes = new List<StatusCode>();
        foreach (string code in own.Texts("status_codes"))
        {
            if (Enum.TryParse<StatusCode>(code, ignoreCase: true, out var known) && Enum.IsDefined(known) && !char.IsAsciiDigit(code[0]))
            {
                codes.Add(known);
                continue;
            }
            NotTaken(policy, $"There is no status '{code}'.");
            return null;
        }
        return codes.Count == 0 ? Missing(policy, "status_codes") : new StatusPolicy(codes);
    }

    private RateLimitPolicy? Rate(YamlSettings policy, double? spansPerSecond, SamplingPolicy of) => spansPerSecond is > 0 and var rate
        ? new RateLimitPolicy(rate, of) { CountsSpans = true }
        : Missing<RateLimitPolicy>(policy, "spans_per_second");

    private SamplingPolicy? All(YamlSettings policy, string type, string list, int depth)
    {
        var parts = new List<SamplingPolicy>();
        foreach (var node in policy.Map(type)?.List(list) ?? [])
        {
            if (Read(new YamlSettings(node, notes), depth + 1, out bool inverted) is not { } part)
            {
                NotTaken(policy, "A part of it cannot be taken.");
                return null;
            }
            parts.Add(inverted ? new NotPolicy(part) : part);
        }
        return parts.Count switch { 0 => Missing(policy, list), 1 => parts[0], _ => new AndPolicy(parts) };
    }

    private SamplingPolicy? Not(YamlSettings policy, YamlSettings own, int depth)
    {
        if (own.Map("not_sub_policy") is not { } sub)
        {
            return Missing(policy, "not_sub_policy");
        }
        return Read(sub, depth + 1, out bool inverted) is not { } part ? null : inverted ? part : new NotPolicy(part);
    }

    /// <summary>Each part within its share of the spans; where none is said, within an equal one.</summary>
    private SamplingPolicy? Composite(YamlSettings policy, YamlSettings own, int depth)
    {
        double total = own.Number("max_total_spans_per_second", "composite") ?? 0;
        var subs = own.List("composite_sub_policy")?.Select(node => new YamlSettings(node, notes)).ToList() ?? [];
        var percents = new Dictionary<string, double>();
        foreach (var node in own.List("rate_allocation") ?? [])
        {
            var allocation = new YamlSettings(node, notes);
            percents[allocation.Text("policy") ?? ""] = allocation.Number("percent", "rate_allocation") ?? 0;
        }
        var parts = new List<SamplingPolicy>();
        foreach (var sub in subs)
        {
            double rate = percents.TryGetValue(Name(sub), out double percent) && percent > 0 ? total * percent / 100 : total / subs.Count;
            if (Read(sub, depth + 1, out bool inverted) is not { } part || Rate(policy, rate, inverted ? new NotPolicy(part) : part) is not { } limited)
            {
                NotTaken(policy, "A part of it cannot be taken.");
                return null;
            }
            parts.Add(limited);
        }
        return parts.Count switch { 0 => Missing(policy, "composite_sub_policy"), 1 => parts[0], _ => new OrPolicy(parts) };
    }

    private SamplingPolicy? Unknown(YamlSettings policy, string type)
    {
        NotTaken(policy, type.Length == 0 ? "It has no type." : $"Clew has no policy like '{type}'.");
        return null;
    }

    private SamplingPolicy? Missing(YamlSettings policy, string key) => Missing<SamplingPolicy>(policy, key);

    private T? Missing<T>(YamlSettings policy, string key)
        where T : SamplingPolicy
    {
        NotTaken(policy, $"'{key}' is missing or makes no sense.");
        return null;
    }

    private void NotTaken(YamlSettings policy, string why) => notes.Add(new(policy.Line, Name(policy), why));

    private static string Name(YamlSettings policy) => policy.Text("name") ?? policy.Text("type") ?? "policy";

    private static int Count(double? number, int otherwise) => number is >= 1 and <= int.MaxValue and var count ? (int)count : otherwise;
}
