using Clew.Core.Scan;

namespace Clew.Ingest.Sampling.Policies;

/// <summary>
/// Keeps traces with a span that has an attribute of this key and, where tests are given, a value that passes one of them.
/// </summary>
/// <param name="Key">The attribute's key.</param>
public sealed record AttributePolicy(string Key) : SamplingPolicy
{
    /// <summary>Where to look: at the span, its resource, its scope.</summary>
    public AttributeScope Scope { get; init; } = AttributeScope.Span | AttributeScope.Resource;

    /// <summary>Values that are kept: texts as they are; numbers and booleans by the text they are written as.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>A regular expression (without look-around and back references) that a text's part is to match.</summary>
    public string? Pattern { get; init; }

    /// <summary>Smallest number that is kept.</summary>
    public double? Min { get; init; }

    /// <summary>Largest number that is kept.</summary>
    public double? Max { get; init; }

    /// <summary>True where any value will do.</summary>
    public bool AnyValue => Values.Count == 0 && Pattern is null && Min is null && Max is null;
}
