using System.Text.Json;

namespace Clew.Ingest.Sampling.Policies;

/// <summary>Writes what is sampled as JSON. Keep in sync with <see cref="PolicyReader"/> and docs/operations/sampling.md.</summary>
public static class PolicyWriter
{
    /// <summary>Names of the policies there are.</summary>
    public static IReadOnlyList<string> Types { get; } =
    [
        "always", "errors", "status", "latency", "unusuallySlow", "rare", "attribute", "service", "tenant", "spanCount", "traceState",
        "probability", "rateLimit", "and", "or", "not",
    ];

    /// <summary>Writes an object with policy and keepLinked.</summary>
    public static void Write(Utf8JsonWriter json, SamplingConfig config)
    {
        json.WriteStartObject();
        json.WritePropertyName("policy"u8);
        Write(json, config.Policy);
        json.WriteBoolean("keepLinked"u8, config.KeepLinked);
        json.WriteEndObject();
    }

    /// <summary>Writes a policy as an object.</summary>
    public static void Write(Utf8JsonWriter json, SamplingPolicy policy)
    {
        json.WriteStartObject();
        switch (policy)
        {
            case AlwaysPolicy:
                json.WriteString("type"u8, "always"u8);
                break;
            case StatusPolicy { Codes: [Core.Model.StatusCode.Error] }:
                json.WriteString("type"u8, "errors"u8);
                break;
            case StatusPolicy status:
                json.WriteString("type"u8, "status"u8);
                Texts(json, "codes", status.Codes.Select(code => PolicyReader.Statuses.First(known => known.Value == code).Name));
                break;
            case LatencyPolicy latency:
                json.WriteString("type"u8, "latency"u8);
                json.WriteString("atLeast"u8, PolicyDuration.Format(latency.AtLeast));
                if (latency.AtMost is { } most)
                {
                    json.WriteString("atMost"u8, PolicyDuration.Format(most));
                }
                break;
            case UnusuallySlowPolicy slow:
                json.WriteString("type"u8, "unusuallySlow"u8);
                json.WriteNumber("factor"u8, slow.Factor);
                json.WriteNumber("minTraces"u8, slow.MinTraces);
                break;
            case RarePolicy rare:
                json.WriteString("type"u8, "rare"u8);
                json.WriteNumber("seenLessThan"u8, rare.SeenLessThan);
                break;
            case AttributePolicy attribute:
                Write(json, attribute);
                break;
            case ServicePolicy service:
                json.WriteString("type"u8, "service"u8);
                Texts(json, "services", service.Services);
                json.WriteBoolean("rootOnly"u8, service.RootOnly);
                break;
            case TenantPolicy tenant:
                json.WriteString("type"u8, "tenant"u8);
                Texts(json, "tenants", tenant.Tenants);
                break;
            case SpanCountPolicy count:
                json.WriteString("type"u8, "spanCount"u8);
                json.WriteNumber("min"u8, count.Min);
                json.WriteNumber("max"u8, count.Max);
                break;
            case TraceStatePolicy state:
                json.WriteString("type"u8, "traceState"u8);
                json.WriteString("key"u8, state.Key);
                Texts(json, "values", state.Values);
                break;
            case ProbabilityPolicy share:
                json.WriteString("type"u8, "probability"u8);
                json.WriteNumber("share"u8, share.Share);
                break;
            case RateLimitPolicy rate:
                json.WriteString("type"u8, "rateLimit"u8);
                json.WriteNumber(rate.CountsSpans ? "spansPerSecond" : "tracesPerSecond", rate.PerSecond);
                json.WritePropertyName("of"u8);
                Write(json, rate.Of);
                break;
            case AndPolicy and:
                Policies(json, "and", and.Policies);
                break;
            case OrPolicy or:
                Policies(json, "or", or.Policies);
                break;
            case NotPolicy not:
                json.WriteString("type"u8, "not"u8);
                json.WritePropertyName("policy"u8);
                Write(json, not.Policy);
                break;
            default:
                throw new NotSupportedException(policy.GetType().Name);
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, AttributePolicy policy)
    {
        json.WriteString("type"u8, "attribute"u8);
        json.WriteString("key"u8, policy.Key);
        Texts(json, "scopes", PolicyReader.Scopes.Where(scope => policy.Scope.HasFlag(scope.Value)).Select(scope => scope.Name));
        if (policy.Values.Count > 0)
        {
            Texts(json, "values", policy.Values);
        }
        if (policy.Pattern is not null)
        {
            json.WriteString("pattern"u8, policy.Pattern);
        }
        if (policy.Min is { } min)
        {
            json.WriteNumber("min"u8, min);
        }
        if (policy.Max is { } max)
        {
            json.WriteNumber("max"u8, max);
        }
    }

    private static void Policies(Utf8JsonWriter json, string type, IReadOnlyList<SamplingPolicy> policies)
    {
        json.WriteString("type"u8, type);
        json.WriteStartArray("policies"u8);
        foreach (var policy in policies)
        {
            Write(json, policy);
        }
        json.WriteEndArray();
    }

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }
        json.WriteEndArray();
    }
}
