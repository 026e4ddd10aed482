namespace Clew.Core.Measures;

/// <summary>How much of a bounded queue, cache or pool is in use. Every one of them tells this of itself.</summary>
/// <param name="Name">A name of <c>a-z</c> and <c>_</c>. docs/operations/metrics.md says of each what happens at the bound.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="Used">In use now.</param>
/// <param name="Capacity">The bound.</param>
public readonly record struct BoundUse(string Name, BoundUnit Unit, long Used, long Capacity);
