using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Server.Api.Jaeger;

/// <summary>
/// What a tag means in a search: an attribute of the span, its resource, scope, events or links; or one of the tags that the
/// conversion to Jaeger's form makes of a span's own fields.
/// </summary>
internal static class JaegerTag
{
    public static SpanPredicate Predicate(string key, string value)
    {
        SpanPredicate attribute = new Comparison(FieldReference.Attribute(key), ComparisonOperator.EqualText, AttributeValue.Of(value));
        return Field(key, value) is { } field ? new AnyOf([field, attribute]) : attribute;
    }

    private static Comparison? Field(string key, string value) => (key, value) switch
    {
        ("error", "true") => Equal(SpanField.StatusCode, AttributeValue.Of((long)StatusCode.Error)),
        ("otel.status_code", "ERROR") => Equal(SpanField.StatusCode, AttributeValue.Of((long)StatusCode.Error)),
        ("otel.status_code", "OK") => Equal(SpanField.StatusCode, AttributeValue.Of((long)StatusCode.Ok)),
        ("otel.status_description", { Length: > 0 }) => Equal(SpanField.StatusMessage, AttributeValue.Of(value)),
        ("span.kind", _) when JaegerNames.TryParseKind(value, out var kind) => Equal(SpanField.Kind, AttributeValue.Of((long)kind)),
        ("otel.scope.name", { Length: > 0 }) => Equal(SpanField.ScopeName, AttributeValue.Of(value)),
        ("otel.scope.version", { Length: > 0 }) => Equal(SpanField.ScopeVersion, AttributeValue.Of(value)),
        _ => null,
    };

    private static Comparison Equal(SpanField field, AttributeValue value) => new(FieldReference.Of(field), ComparisonOperator.Equal, value);
}
