namespace Clew.Load.Crash;

/// <summary>What the harness knows of one payload.</summary>
internal enum PartState : byte
{
    /// <summary>Never sent.</summary>
    None,

    /// <summary>Sent; whether the server kept it is not known until it was asked.</summary>
    Sent,

    /// <summary>Acknowledged: it must be there for ever.</summary>
    Acknowledged,

    /// <summary>Never acknowledged, and there after a restart: from then on it must stay.</summary>
    Kept,

    /// <summary>Never acknowledged, and not there after a restart: it must not appear by itself.</summary>
    Gone,
}
