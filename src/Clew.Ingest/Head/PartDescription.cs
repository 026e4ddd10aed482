using Clew.Core.Model;

namespace Clew.Ingest.Head;

/// <summary>What a part is, for whoever hands it over to the store.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="TraceId">Which trace.</param>
/// <param name="SpanCount">Spans.</param>
/// <param name="Bytes">Bytes in use.</param>
internal readonly record struct PartDescription(Tenant Tenant, TraceId TraceId, int SpanCount, long Bytes);
