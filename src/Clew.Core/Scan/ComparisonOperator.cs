namespace Clew.Core.Scan;

/// <summary>How a field is compared with a value.</summary>
public enum ComparisonOperator
{
    /// <summary>Same kind and value; integers and doubles compare as numbers.</summary>
    Equal,

    /// <summary>A value of a comparable kind is there and differs.</summary>
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,

    /// <summary>A value is there, whatever it is.</summary>
    Exists,

    /// <summary>
    /// The value is text: strings equal it, numbers and booleans equal what it parses to. Never matches bytes, arrays and maps.
    /// </summary>
    EqualText,
}
