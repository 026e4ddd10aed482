namespace Clew.Analysis.SpanTrees;

/// <summary>One service's share of a trace.</summary>
/// <param name="Name">The service's name, empty where the resource has none.</param>
/// <param name="SpanCount">Its spans.</param>
/// <param name="ErrorCount">Those with status error.</param>
/// <param name="SelfTime">Sum of their self times, nanoseconds.</param>
/// <param name="CriticalTime">Sum of their times on the trace's critical path, nanoseconds.</param>
public sealed record ServiceSummary(string Name, int SpanCount, int ErrorCount, ulong SelfTime, ulong CriticalTime);
