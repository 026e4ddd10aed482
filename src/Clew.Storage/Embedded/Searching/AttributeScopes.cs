using Clew.Core.Scan;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Searching;

/// <summary>The owners of attributes, in the order in which a key is looked for.</summary>
internal static class AttributeScopes
{
    public static IReadOnlyList<(AttributeScope Scope, OwnerKind Owner)> InOrder { get; } =
    [
        (AttributeScope.Span, OwnerKind.Span),
        (AttributeScope.Resource, OwnerKind.Resource),
        (AttributeScope.Scope, OwnerKind.Scope),
        (AttributeScope.Event, OwnerKind.Event),
        (AttributeScope.Link, OwnerKind.Link),
    ];
}
