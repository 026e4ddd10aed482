namespace Clew.Ingest.Head;

/// <summary>What is known of a condition on all spans of a class.</summary>
internal enum Verdict : byte
{
    /// <summary>It holds on none.</summary>
    No = 0,

    /// <summary>Each must be looked at.</summary>
    Maybe,

    /// <summary>It holds on all.</summary>
    All,
}
