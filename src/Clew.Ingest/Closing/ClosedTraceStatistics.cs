namespace Clew.Ingest.Closing;

/// <summary>
/// How many traces (or parts of traces) were closed and handed over since the start, and what was odd about them. One trace may count under
/// several oddities; a part that came late counts as a trace of its own.
/// </summary>
/// <param name="Traces">All of them.</param>
/// <param name="ClosedEarly">Closed before they were quiet, to free memory or the journal.</param>
/// <param name="ClosedAtBound">Closed at a bound of age or size.</param>
/// <param name="Late">Parts that came after another part of their trace was stored.</param>
/// <param name="WithoutRoot">No span was without a parent id.</param>
/// <param name="SeveralRoots">Spans with different ids had no parent id.</param>
/// <param name="MissingParents">Spans named a parent that was not there.</param>
/// <param name="CyclesBroken">Chains of parents led back to themselves.</param>
/// <param name="ConflictingDuplicates">Spans had one id and kind and different content.</param>
/// <param name="SharedSpanIds">Spans of different kinds shared an id.</param>
/// <param name="NegativeDurations">Spans ended before they started.</param>
/// <param name="ChildrenOutside">Spans began before their parent, or ended after it although it waited for them.</param>
/// <param name="ClocksCorrected">Clocks of hosts differed.</param>
public sealed record ClosedTraceStatistics(
    long Traces, long ClosedEarly, long ClosedAtBound, long Late, long WithoutRoot, long SeveralRoots, long MissingParents, long CyclesBroken,
    long ConflictingDuplicates, long SharedSpanIds, long NegativeDurations, long ChildrenOutside, long ClocksCorrected);
