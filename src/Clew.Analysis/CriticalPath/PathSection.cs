namespace Clew.Analysis.CriticalPath;

/// <summary>A stretch of time that the trace's duration owes to one span.</summary>
/// <param name="Span">Preorder index; −1 for what no span accounts for, in a trace without root.</param>
/// <param name="Start">Unix nanoseconds.</param>
/// <param name="End">Unix nanoseconds, after the start.</param>
public readonly record struct PathSection(int Span, ulong Start, ulong End);
