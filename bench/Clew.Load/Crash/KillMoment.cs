namespace Clew.Load.Crash;

/// <summary>When a life of the server ends.</summary>
internal enum KillMoment
{
    /// <summary>Before it was ready: while it opens files or replays the journal.</summary>
    StartingUp,

    /// <summary>In the first moments after it was ready.</summary>
    JustReady,

    /// <summary>At any time while it takes spans.</summary>
    UnderLoad,

    /// <summary>Just when it writes or renames a file: a segment of an append or a merge, the manifest, a journal file.</summary>
    AtAFile,
}
