namespace Clew.Core.Files;

/// <summary>The data directory cannot be taken; the message is one line for the person who started the program.</summary>
/// <param name="message">Why.</param>
/// <param name="isInUse">True where another process holds it, false where it cannot be written.</param>
/// <param name="innerException">What the system said.</param>
public sealed class DataDirectoryUnavailableException(string message, bool isInUse, Exception? innerException = null)
    : IOException(message, innerException)
{
    /// <summary>True where another process holds it, false where it cannot be written.</summary>
    public bool IsInUse => isInUse;
}
