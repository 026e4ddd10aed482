using Clew.Core.Measures;

namespace Clew.Server.SelfMonitoring;

/// <summary>A part of the server that holds something bounded.</summary>
internal interface IBounded
{
    /// <summary>How much is in use of what is bounded.</summary>
    IReadOnlyList<BoundUse> Bounds { get; }
}
