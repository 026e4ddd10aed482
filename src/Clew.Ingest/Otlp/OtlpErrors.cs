namespace Clew.Ingest.Otlp;

/// <summary>What senders are told about their payloads. Constant texts, so that refusing costs nothing.</summary>
internal static class OtlpErrors
{
    public const string MalformedProtobuf = "The payload is not a well-formed protobuf message of this kind.";
    public const string MalformedJson = "The payload is not well-formed OTLP JSON: ";
    public const string InvalidUtf8 = "A text field is not valid UTF-8.";
    public const string TooDeep = "An attribute's value holds more arrays and maps within one another than are allowed.";
    public const string InvalidTraceId = "Some spans were rejected: trace_id must be 16 bytes, not all zero.";
    public const string InvalidSpanId = "Some spans were rejected: span_id must be 8 bytes, not all zero.";
    public const string TextTooLong = "Some spans were rejected: a name, status message, trace state, version or schema URL is longer than allowed.";
    public const string TooManyRows = "The payload holds more spans, events, links and attributes than are allowed in one.";
    public const string OverTheCap = "More spans come than this server is configured to take in.";
    public const string InvalidParent = "Some spans were kept without their parent: parent_span_id must be empty or 8 bytes.";
}
