namespace Clew.Query.Series;

/// <summary>What a node of the service map is.</summary>
public enum NodeType
{
    /// <summary>It sent spans.</summary>
    Service,

    /// <summary>A database that its clients tell of.</summary>
    Database,

    /// <summary>A queue or topic that its users tell of.</summary>
    Queue,

    /// <summary>A host or service that others tell of and that sent no spans.</summary>
    Outside,

    /// <summary>Nobody by name: callers that send no spans, spans that are missing, and what is counted as one.</summary>
    Unnamed,
}
