namespace Clew.Core.Scan;

/// <summary>Names a field of a span: an intrinsic one, or an attribute by scope and key.</summary>
public readonly record struct FieldReference
{
    private FieldReference(SpanField field, AttributeScope scope, string key)
    {
        Field = field;
        Scope = scope;
        Key = key;
    }

    public SpanField Field { get; }

    /// <summary>For attributes: where to look. Where several scopes hold the key, each value counts.</summary>
    public AttributeScope Scope { get; }

    /// <summary>For attributes: the key. Otherwise empty.</summary>
    public string Key { get; }

    public static FieldReference Of(SpanField field) => field != SpanField.Attribute
        ? new FieldReference(field, AttributeScope.None, "")
        : throw new ArgumentException("An attribute is named by its key.", nameof(field));

    public static FieldReference Attribute(string key, AttributeScope scope = AttributeScope.Any) => new(SpanField.Attribute, scope, key);
}
