using Clew.Core.Model;

namespace Clew.Storage.Embedded.Searching;

/// <summary>A comparison on values of a type that is held in 64 bits, straight by its definition.</summary>
internal sealed class ComparisonTest(ComparisonRule rule, AttributeType type) : ValueTest
{
    public override int Cost => 8;

    public override bool Passes(long value) => rule.Holds(AttributeValue.Of(type, value));
}
