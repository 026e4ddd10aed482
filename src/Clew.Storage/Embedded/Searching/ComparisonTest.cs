using Clew.Core.Model;

namespace Clew.Storage.Embedded.Searching;

/// <summary>A comparison on values of a type that is held in 64 bits, straight by its definition.</summary>
internal sealed class ComparisonTest(ComparisonRule rule, AttributeType type) : ValueTest
{
    public override bool Matches(long value) => rule.Holds(AttributeValue.Of(type, value));
}
