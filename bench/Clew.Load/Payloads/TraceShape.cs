namespace Clew.Load.Payloads;

/// <summary>What a span is for; decides its attributes.</summary>
internal enum SpanRole
{
    HttpServer,
    HttpClient,
    Database,
}

/// <summary>One span of a shape. Offset and length are shares of the trace's duration.</summary>
internal readonly record struct ShapeSpan(int Service, SpanRole Role, int Parent, double Offset, double Length, int Route, bool IsError);

/// <summary>A trace without its values: which services call which, and when. Parents come before children; span 0 is the root.</summary>
internal sealed record TraceShape(ShapeSpan[] Spans);
