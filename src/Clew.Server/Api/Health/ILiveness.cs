namespace Clew.Server.Api.Health;

/// <summary>Says whether the process still does its work, so that a supervisor knows when only a restart helps.</summary>
internal interface ILiveness
{
    /// <summary>What is stuck, a sentence; null where nothing is.</summary>
    string? Stuck { get; }
}
