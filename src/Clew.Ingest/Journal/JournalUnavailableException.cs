namespace Clew.Ingest.Journal;

/// <summary>The journal cannot take the record now; nothing was acknowledged, and the sender should try again.</summary>
/// <param name="message">Why.</param>
/// <param name="isFull">True where the bound is reached, false where the disk refuses.</param>
/// <param name="innerException">What the system said.</param>
public sealed class JournalUnavailableException(string message, bool isFull, Exception? innerException = null)
    : IOException(message, innerException)
{
    /// <summary>True where the bound is reached, false where the disk refuses.</summary>
    public bool IsFull => isFull;
}
