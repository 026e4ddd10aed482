namespace Clew.Core.Model;

/// <summary>
/// The kinds of value an OTLP <c>AnyValue</c> can hold. The numbers are stored on disk and never change.
/// </summary>
public enum AttributeType : byte
{
    /// <summary>An AnyValue without a value.</summary>
    Empty = 0,

    /// <summary>UTF-8 text; the value is a string id.</summary>
    String = 1,

    /// <summary>0 or 1.</summary>
    Bool = 2,

    /// <summary>A 64-bit signed integer.</summary>
    Int = 3,

    /// <summary>The bits of a double; NaN and the infinities are ordinary values.</summary>
    Double = 4,

    /// <summary>Opaque bytes; the value is a string id.</summary>
    Bytes = 5,

    /// <summary>A list of values; the value is the string id of its encoded OTLP <c>ArrayValue</c> message.</summary>
    Array = 6,

    /// <summary>A list of key-value pairs; the value is the string id of its encoded OTLP <c>KeyValueList</c> message.</summary>
    Map = 7,
}
