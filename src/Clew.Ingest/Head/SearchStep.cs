namespace Clew.Ingest.Head;

/// <summary>What a step of a search came to.</summary>
internal enum SearchStep
{
    /// <summary>Nothing is left.</summary>
    End,

    /// <summary>Nothing yet.</summary>
    Looked,

    /// <summary>The next hit.</summary>
    Hit,
}
