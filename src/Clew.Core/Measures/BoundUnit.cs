namespace Clew.Core.Measures;

/// <summary>What a bound counts.</summary>
public enum BoundUnit
{
    /// <summary>Things: requests, spans, files.</summary>
    Items,

    /// <summary>Bytes.</summary>
    Bytes,
}
