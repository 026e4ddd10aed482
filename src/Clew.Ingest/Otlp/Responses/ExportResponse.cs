using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Clew.Ingest.Otlp.Responses;

/// <summary>
/// Encodes <c>ExportTraceServiceResponse</c> and its twins. <c>partial_success</c> is unset where nothing was rejected and nothing is to
/// be said.
/// </summary>
internal static class ExportResponse
{
    public static ReadOnlyMemory<byte> Protobuf(long rejected, string? message)
    {
        if (rejected == 0 && string.IsNullOrEmpty(message))
        {
            return default;
        }
        var partialSuccess = new ArrayBufferWriter<byte>();
        if (rejected != 0)
        {
            ProtobufOutput.Varint(partialSuccess, 1, rejected);
        }
        ProtobufOutput.Text(partialSuccess, 2, message ?? "");
        var response = new ArrayBufferWriter<byte>();
        ProtobufOutput.Bytes(response, 1, partialSuccess.WrittenSpan);
        return response.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> Json(OtlpSignal signal, long rejected, string? message)
    {
        var response = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(response);
        json.WriteStartObject();
        if (rejected != 0 || !string.IsNullOrEmpty(message))
        {
            json.WriteStartObject("partialSuccess"u8);
            if (rejected != 0)
            {
                json.WriteString(RejectedName(signal), rejected.ToString(CultureInfo.InvariantCulture));
            }
            json.WriteString("errorMessage"u8, message ?? "");
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.Flush();
        return response.WrittenMemory;
    }

    private static string RejectedName(OtlpSignal signal) => signal switch
    {
        OtlpSignal.Metrics => "rejectedDataPoints",
        OtlpSignal.Logs => "rejectedLogRecords",
        OtlpSignal.Profiles => "rejectedProfiles",
        _ => "rejectedSpans",
    };
}
