namespace Clew.Load.Crash;

/// <summary>What one span of the crash load says; everything of it is compared with what comes back.</summary>
/// <param name="Id">Unique in its trace.</param>
/// <param name="Parent">0 for the root.</param>
/// <param name="Group">What it is counted under.</param>
/// <param name="Start">Unix ns.</param>
/// <param name="Duration">ns.</param>
/// <param name="Number">An attribute, unique in the run.</param>
/// <param name="TextBytes">Length of a text attribute; 0: it has none.</param>
internal readonly record struct CrashSpan(ulong Id, ulong Parent, CountGroup Group, ulong Start, ulong Duration, long Number, int TextBytes);

/// <summary>What spans are counted by; kind and status are OTLP's numbers.</summary>
internal readonly record struct CountGroup(string Service, string Operation, int Kind, int Status);
