namespace Clew.Ingest.Sampling.Policies;

/// <summary>What is wrong with a policy.</summary>
/// <param name="Path">Where, as in <c>policy.policies[2].share</c>.</param>
/// <param name="Message">A sentence.</param>
public sealed record PolicyProblem(string Path, string Message);
