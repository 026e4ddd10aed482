using Clew.Core.Model;

namespace Clew.Query;

/// <summary>
/// On whose behalf a query runs and what it may see. Resolved once per request, handed to every call of <see cref="QueryEngine"/>:
/// rules of access are added here and in the engine, nowhere else.
/// </summary>
public sealed record QueryScope(Tenant Tenant);
