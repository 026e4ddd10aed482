namespace Clew.Ingest.Head;

/// <summary>The life of a part of a trace in the head.</summary>
internal enum PartState : byte
{
    Free = 0,

    /// <summary>Takes spans.</summary>
    Open,

    /// <summary>Takes no more spans; waits for the store.</summary>
    Closed,

    /// <summary>The store has it; readable until the last snapshot taken before has been disposed.</summary>
    Stored,
}
