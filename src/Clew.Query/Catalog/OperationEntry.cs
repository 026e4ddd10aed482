using Clew.Core.Model;

namespace Clew.Query.Catalog;

/// <summary>A span name with its kind.</summary>
public readonly record struct OperationEntry(string Name, SpanKind Kind, long SpanCount);
