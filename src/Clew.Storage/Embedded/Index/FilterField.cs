using Clew.Core.Scan;

namespace Clew.Storage.Embedded.Index;

/// <summary>
/// A field whose values segments are filtered by: an attribute of whatever owner, a span's name or its service; or, of name or service with
/// a key, what they make up with the values of that attribute.
/// </summary>
/// <param name="Field">Attribute, Name or ServiceName.</param>
/// <param name="Key">The attribute's key; of name or service alone: empty.</param>
/// <param name="WithService">Of a name with a key: together with the service.</param>
internal readonly record struct FilterField(SpanField Field, string Key, bool WithService = false)
{
    /// <summary>True where several values of one span are filtered by together.</summary>
    public bool IsPair => Field != SpanField.Attribute && Key.Length > 0;

    public static FilterField? Of(FieldReference field) =>
        field.Field is SpanField.Attribute or SpanField.Name or SpanField.ServiceName ? new FilterField(field.Field, field.Key) : null;
}
