namespace Clew.Load.Crash;

/// <summary>The server lost, doubled or changed something. The message says what.</summary>
internal sealed class CrashCheckException(string message) : Exception(message);
