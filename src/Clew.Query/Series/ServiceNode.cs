namespace Clew.Query.Series;

/// <summary>A service, or what stands for one.</summary>
/// <param name="Name">Its name; empty for a service without <c>service.name</c>.</param>
/// <param name="Type">What it is.</param>
/// <param name="Spans">Spans it sent in the range.</param>
/// <param name="Errors">How many of these failed.</param>
public sealed record ServiceNode(string Name, NodeType Type, ulong Spans, ulong Errors);
