namespace Clew.Ingest.Intake;

/// <summary>Signal, protocol and content type of a payload. The numbers are written to the journal and never change.</summary>
public enum PayloadFormat : byte
{
    /// <summary>Never written.</summary>
    None = 0,

    /// <summary>OTLP <c>ExportTraceServiceRequest</c>, protobuf.</summary>
    OtlpTracesProtobuf = 1,

    /// <summary>OTLP <c>ExportTraceServiceRequest</c>, OTLP JSON.</summary>
    OtlpTracesJson = 2,
}
