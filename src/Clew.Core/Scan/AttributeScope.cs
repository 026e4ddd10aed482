namespace Clew.Core.Scan;

/// <summary>Whose attributes a condition looks at.</summary>
[Flags]
public enum AttributeScope
{
    None = 0,
    Span = 1,
    Resource = 2,
    Scope = 4,
    Event = 8,
    Link = 16,

    /// <summary>Any of them.</summary>
    Any = Span | Resource | Scope | Event | Link,
}
