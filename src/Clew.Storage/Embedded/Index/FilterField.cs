using Clew.Core.Scan;

namespace Clew.Storage.Embedded.Index;

/// <summary>A field whose values segments are filtered by: an attribute of whatever owner, a span's name or its service.</summary>
/// <param name="Field">Attribute, Name or ServiceName.</param>
/// <param name="Key">The attribute's key; otherwise empty.</param>
internal readonly record struct FilterField(SpanField Field, string Key)
{
    public static FilterField? Of(FieldReference field) =>
        field.Field is SpanField.Attribute or SpanField.Name or SpanField.ServiceName ? new FilterField(field.Field, field.Key) : null;
}
