using Clew.Core.Model;
using Clew.Query;

namespace Clew.Server.Api.Http;

/// <summary>An installation without tenants: everybody sees the default one.</summary>
internal sealed class SingleTenantScope : IQueryScopeResolver
{
    private static readonly QueryScope Default = new(Tenant.Default);

    public QueryScope? Resolve(HttpContext context) => Default;
}
