namespace Clew.Shop.Tests.EndToEnd;

/// <summary>Tests that start the real shop: one at a time, and nothing beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EndToEndGroup
{
    public const string Name = "End to end";
}
