namespace Clew.Query.Search;

/// <summary>How far a search counts what it does not return.</summary>
public enum TotalMode
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>Up to <see cref="QueryOptions.BoundedTotal"/>.</summary>
    Bound,

    /// <summary>All of them.</summary>
    Exact,
}
