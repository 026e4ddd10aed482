namespace Clew.Storage;

/// <summary>The store cannot do it now and has changed nothing; the same call may succeed later.</summary>
public sealed class StoreUnavailableException(string message, Exception? innerException = null) : IOException(message, innerException);
