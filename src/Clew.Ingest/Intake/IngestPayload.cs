using Clew.Core.Model;

namespace Clew.Ingest.Intake;

/// <summary>A payload as it will be journalled: decompressed, checked, after the ingress hook.</summary>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Format">How to read it again.</param>
/// <param name="Bytes">The payload. Owned by the receiver, unchanged until the intake has answered.</param>
public readonly record struct IngestPayload(Tenant Tenant, PayloadFormat Format, ReadOnlyMemory<byte> Bytes);
