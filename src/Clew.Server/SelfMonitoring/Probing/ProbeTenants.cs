using Clew.Core.Model;
using Clew.Ingest.Intake;
using Clew.Query;
using Clew.Server.Api.Http;

namespace Clew.Server.SelfMonitoring.Probing;

/// <summary>An installation without tenants, but for the probes', which nobody else reaches, neither to send nor to read.</summary>
internal sealed class ProbeTenants(ProbeSecret secret) : IIntakeTenantResolver, IQueryScopeResolver
{
    private static readonly QueryScope Users = new(Tenant.Default);
    private static readonly QueryScope Probes = new(Tenant.Probe);

    Tenant IIntakeTenantResolver.Resolve(HttpContext context) => secret.IsGivenBy(context.Request) ? Tenant.Probe : Tenant.Default;

    QueryScope? IQueryScopeResolver.Resolve(HttpContext context) => secret.IsGivenBy(context.Request) ? Probes : Users;
}
