using Clew.Core.Model;
using Clew.Ingest.Intake;
using Microsoft.AspNetCore.Http;

namespace Clew.Ingest.Otlp.Receiving;

/// <summary>
/// The two lanes of a receiver. Probes are Clew's own and measure it: they are not counted as traffic, nor is there a cap on them.
/// </summary>
internal sealed class IntakeLanes(IIntakeTenantResolver tenants, IntakeLimit limit, RefusedPeriods refusals, OtlpStatistics statistics)
{
    private readonly IntakeLane users = new(Tenant.Default, statistics, limit.IsUnlimited ? null : limit, refusals);
    private readonly IntakeLane probes = new(Tenant.Probe, new OtlpStatistics(), null, null);

    public IntakeLane Of(HttpContext context)
    {
        var tenant = tenants.Resolve(context);
        return tenant.IsProbe ? probes
            : tenant == users.Tenant ? users
            : users with { Tenant = tenant };
    }
}
