using Clew.Query;

namespace Clew.Server.Api.Http;

/// <summary>
/// Says in whose scope a request runs. The one place where tenants and access are decided: every endpoint of every API asks it,
/// once, before it does anything.
/// </summary>
public interface IQueryScopeResolver
{
    /// <summary>The request's scope, or null where it may see nothing; it is then answered with 403.</summary>
    QueryScope? Resolve(HttpContext context);
}
