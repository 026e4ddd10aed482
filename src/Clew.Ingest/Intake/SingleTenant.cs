using Clew.Core.Model;
using Microsoft.AspNetCore.Http;

namespace Clew.Ingest.Intake;

/// <summary>An installation without tenants: everything is the default one's.</summary>
internal sealed class SingleTenant : IIntakeTenantResolver
{
    public Tenant Resolve(HttpContext context) => Tenant.Default;
}
