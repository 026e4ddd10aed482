namespace Clew.Load.Crash;

/// <summary>How the traces of a block come.</summary>
internal enum CrashBlock
{
    /// <summary>In one payload.</summary>
    Whole,

    /// <summary>In three payloads from three services, shortly after one another.</summary>
    Spread,

    /// <summary>In two payloads, the second when the first is stored already, often by another life of the server.</summary>
    Late,

    /// <summary>One trace of many spans.</summary>
    ManySpans,

    /// <summary>Few spans with long texts.</summary>
    LongTexts,
}
