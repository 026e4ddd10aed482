namespace Clew.Storage.Embedded.Segments;

/// <summary>The table whose rows a column describes. The numbers are stored on disk and never change.</summary>
internal enum OwnerKind : byte
{
    Span = 0,
    Event = 1,
    Link = 2,
    Resource = 3,
    Scope = 4,
    Trace = 5,
}
