namespace Clew.Core.Series;

/// <summary>
/// Who saw the calls of an edge, and whose time is measured. All calls of an edge are those of <see cref="Server"/>,
/// <see cref="ClientOnly"/> and <see cref="ServerOnly"/>, less those of <see cref="ClientOnlyAmended"/> and <see cref="ServerOnlyAmended"/>;
/// <see cref="Client"/> is a second look at calls that <see cref="Server"/> counts.
/// </summary>
public enum EdgeView : byte
{
    /// <summary>Both ends were seen; measured where it was received.</summary>
    Server = 0,

    /// <summary>Both ends were seen; measured where it was sent.</summary>
    Client = 1,

    /// <summary>Only the sender was seen: the receiver is named by what the sender says of it.</summary>
    ClientOnly = 2,

    /// <summary>Only the receiver was seen: the sender is named by what the receiver says of it, if anything.</summary>
    ServerOnly = 3,

    /// <summary>Counted as <see cref="ClientOnly"/>, until spans came late that tell more: to be taken off from there.</summary>
    ClientOnlyAmended = 4,

    /// <summary>Counted as <see cref="ServerOnly"/>, until spans came late that tell more: to be taken off from there.</summary>
    ServerOnlyAmended = 5,
}
