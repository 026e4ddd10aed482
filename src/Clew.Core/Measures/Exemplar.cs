namespace Clew.Core.Measures;

/// <summary>One measurement of a bucket, with the trace that tells how it came about.</summary>
/// <param name="TraceId">32 hex digits.</param>
/// <param name="Value">What was measured.</param>
/// <param name="Time">When.</param>
public sealed record Exemplar(string TraceId, double Value, DateTimeOffset Time);
