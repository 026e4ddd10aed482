using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Server.Api.Jaeger;

/// <summary>What a search through Jaeger's API asks for.</summary>
/// <param name="Range">When the matching span starts.</param>
/// <param name="Predicates">What holds on it.</param>
/// <param name="TraceIds">Instead of a search: these traces.</param>
/// <param name="Limit">Most traces.</param>
internal sealed record JaegerSearch(TimeRange Range, IReadOnlyList<SpanPredicate> Predicates, IReadOnlyList<TraceId> TraceIds, int Limit);
