namespace Clew.Storage;

/// <summary>The store cannot do it now and has changed nothing; the same call may succeed later.</summary>
public sealed class StoreUnavailableException(string message, Exception? innerException = null) : IOException(message, innerException)
{
    /// <summary>
    /// True where nothing has changed for this process, but a next one may find it done if this one ends before the store succeeds again.
    /// False: nobody will ever find it done.
    /// </summary>
    public bool IsUndecided { get; init; }
}
