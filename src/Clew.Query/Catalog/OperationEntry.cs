using Clew.Core.Model;

namespace Clew.Query.Catalog;

/// <summary>A span name with its kind.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">The kind.</param>
/// <param name="SpanCount">Spans that are there.</param>
/// <param name="AdjustedCount">How many these stand for, whoever sampled; null where it was not asked for.</param>
public readonly record struct OperationEntry(string Name, SpanKind Kind, long SpanCount, double? AdjustedCount = null);
