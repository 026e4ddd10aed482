using System.Buffers;
using System.Text.Json;

namespace Clew.Ingest.Otlp.Responses;

/// <summary>Encodes <c>google.rpc.Status</c>.</summary>
internal static class RpcStatus
{
    /// <summary>In protobuf; with <c>RetryInfo</c> where the sender may try again.</summary>
    public static ReadOnlyMemory<byte> Protobuf(RpcCode code, string message, TimeSpan? retryAfter = null)
    {
        var status = new ArrayBufferWriter<byte>();
        ProtobufOutput.Varint(status, 1, (int)code);
        ProtobufOutput.Text(status, 2, message);
        if (retryAfter is { } delay)
        {
            var duration = new ArrayBufferWriter<byte>();
            ProtobufOutput.Varint(duration, 1, (long)delay.TotalSeconds);
            var retryInfo = new ArrayBufferWriter<byte>();
            ProtobufOutput.Bytes(retryInfo, 1, duration.WrittenSpan);
            var any = new ArrayBufferWriter<byte>();
            ProtobufOutput.Text(any, 1, "type.googleapis.com/google.rpc.RetryInfo");
            ProtobufOutput.Bytes(any, 2, retryInfo.WrittenSpan);
            ProtobufOutput.Bytes(status, 3, any.WrittenSpan);
        }
        return status.WrittenMemory;
    }

    /// <summary>In JSON.</summary>
    public static ReadOnlyMemory<byte> Json(RpcCode code, string message)
    {
        var status = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(status);
        json.WriteStartObject();
        json.WriteNumber("code"u8, (int)code);
        json.WriteString("message"u8, message);
        json.WriteEndObject();
        json.Flush();
        return status.WrittenMemory;
    }
}
