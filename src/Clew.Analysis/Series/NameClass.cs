namespace Clew.Analysis.Series;

/// <summary>Which bound a name counts against.</summary>
internal enum NameClass : byte
{
    /// <summary>One of a few names that are always there: against none.</summary>
    Fixed,

    /// <summary>An operation, or a service that was seen.</summary>
    Seen,

    /// <summary>A host, database or queue that a service tells of.</summary>
    Told,
}
