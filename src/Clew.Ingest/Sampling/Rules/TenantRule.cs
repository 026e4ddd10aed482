namespace Clew.Ingest.Sampling.Rules;

/// <summary>Traces of some tenants.</summary>
internal sealed class TenantRule(IReadOnlyList<string> tenants) : ConditionRule
{
    protected override bool Holds(TraceView traces, int trace) => tenants.Contains(traces.Tenant.Name);
}
