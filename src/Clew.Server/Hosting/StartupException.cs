namespace Clew.Server.Hosting;

/// <summary>Clew cannot start, and the message says in one line why. No stack trace is shown for it.</summary>
internal sealed class StartupException(string message, Exception? innerException = null) : Exception(message, innerException);
