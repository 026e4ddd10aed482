namespace Clew.EndToEnd.Model;

/// <summary>How a field is written in JSON and in protobuf.</summary>
internal enum FieldType
{
    Message, Text, Hex, Base64, Bool, Int64, Double, UInt32, Fixed32, Fixed64,
}

/// <summary>A field of a message.</summary>
internal sealed record Field(int Number, FieldType Type, string? Message = null, bool Repeated = false);

/// <summary>The messages of an OTLP trace request as a table: message, JSON name, field.</summary>
internal static class OtlpSchema
{
    public const string Request = "ExportTraceServiceRequest";

    /// <summary>The message of which exactly one member, or none, is present; a member that holds its default is present all the same.</summary>
    public const string OneOf = "AnyValue";

    private static readonly Dictionary<string, Dictionary<string, Field>> Messages = new()
    {
        [Request] = new() { ["resourceSpans"] = Many(1, "ResourceSpans") },
        ["ResourceSpans"] = new() { ["resource"] = One(1, "Resource"), ["scopeSpans"] = Many(2, "ScopeSpans"), ["schemaUrl"] = new(3, FieldType.Text) },
        ["Resource"] = new() { ["attributes"] = Many(1, "KeyValue"), ["droppedAttributesCount"] = new(2, FieldType.UInt32) },
        ["ScopeSpans"] = new() { ["scope"] = One(1, "Scope"), ["spans"] = Many(2, "Span"), ["schemaUrl"] = new(3, FieldType.Text) },
        ["Scope"] = new()
        {
            ["name"] = new(1, FieldType.Text),
            ["version"] = new(2, FieldType.Text),
            ["attributes"] = Many(3, "KeyValue"),
            ["droppedAttributesCount"] = new(4, FieldType.UInt32),
        },
        ["Span"] = new()
        {
            ["traceId"] = new(1, FieldType.Hex),
            ["spanId"] = new(2, FieldType.Hex),
            ["traceState"] = new(3, FieldType.Text),
            ["parentSpanId"] = new(4, FieldType.Hex),
            ["name"] = new(5, FieldType.Text),
            ["kind"] = new(6, FieldType.UInt32),
            ["startTimeUnixNano"] = new(7, FieldType.Fixed64),
            ["endTimeUnixNano"] = new(8, FieldType.Fixed64),
            ["attributes"] = Many(9, "KeyValue"),
            ["droppedAttributesCount"] = new(10, FieldType.UInt32),
            ["events"] = Many(11, "Event"),
            ["droppedEventsCount"] = new(12, FieldType.UInt32),
            ["links"] = Many(13, "Link"),
            ["droppedLinksCount"] = new(14, FieldType.UInt32),
            ["status"] = One(15, "Status"),
            ["flags"] = new(16, FieldType.Fixed32),
        },
        ["Event"] = new()
        {
            ["timeUnixNano"] = new(1, FieldType.Fixed64),
            ["name"] = new(2, FieldType.Text),
            ["attributes"] = Many(3, "KeyValue"),
            ["droppedAttributesCount"] = new(4, FieldType.UInt32),
        },
        ["Link"] = new()
        {
            ["traceId"] = new(1, FieldType.Hex),
            ["spanId"] = new(2, FieldType.Hex),
            ["traceState"] = new(3, FieldType.Text),
            ["attributes"] = Many(4, "KeyValue"),
            ["droppedAttributesCount"] = new(5, FieldType.UInt32),
            ["flags"] = new(6, FieldType.Fixed32),
        },
        ["Status"] = new() { ["message"] = new(2, FieldType.Text), ["code"] = new(3, FieldType.UInt32) },
        ["KeyValue"] = new() { ["key"] = new(1, FieldType.Text), ["value"] = One(2, OneOf) },
        [OneOf] = new()
        {
            ["stringValue"] = new(1, FieldType.Text),
            ["boolValue"] = new(2, FieldType.Bool),
            ["intValue"] = new(3, FieldType.Int64),
            ["doubleValue"] = new(4, FieldType.Double),
            ["arrayValue"] = One(5, "ArrayValue"),
            ["kvlistValue"] = One(6, "KeyValueList"),
            ["bytesValue"] = new(7, FieldType.Base64),
        },
        ["ArrayValue"] = new() { ["values"] = Many(1, OneOf) },
        ["KeyValueList"] = new() { ["values"] = Many(1, "KeyValue") },
    };

    /// <summary>The field of that JSON name; throws where the specification knows none.</summary>
    public static Field Find(string message, string name) => Messages[message].TryGetValue(name, out var field)
        ? field
        : throw new KeyNotFoundException($"{message} has no field '{name}'.");

    private static Field One(int number, string message) => new(number, FieldType.Message, message);

    private static Field Many(int number, string message) => new(number, FieldType.Message, message, Repeated: true);
}
