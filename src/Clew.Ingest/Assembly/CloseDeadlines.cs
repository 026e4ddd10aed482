namespace Clew.Ingest.Assembly;

/// <summary>The moments before which a trace must have been touched, or opened, to close now. Readings of the clock's monotonic counter.</summary>
/// <param name="QuietSince">A trace with a root closes if its last span came then or before.</param>
/// <param name="IdleSince">A trace without a root closes if its last span came then or before.</param>
/// <param name="OpenSince">A trace closes if it was opened then or before.</param>
internal readonly record struct CloseDeadlines(long QuietSince, long IdleSince, long OpenSince);
