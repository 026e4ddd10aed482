using Clew.Core.Model;
using Microsoft.AspNetCore.Http;

namespace Clew.Ingest.Intake;

/// <summary>Says whose spans a request brings. The one place where that is decided, for every receiver.</summary>
public interface IIntakeTenantResolver
{
    /// <summary>The tenant of the request's spans. Called once for each request, before its body is read.</summary>
    Tenant Resolve(HttpContext context);
}
