using Clew.Core.Columns;
using Clew.Ingest.Intake;

namespace Clew.Ingest.Tests.Otlp;

internal static class ReadPayload
{
    /// <summary>Reads a payload that lies in the middle of a larger array, as it does in a pooled buffer.</summary>
    public static (PayloadReadResult Result, SpanBatch Batch) ReadSlice(this IPayloadReader reader, byte[] payload, SpanBatch? batch = null)
    {
        byte[] buffer = new byte[payload.Length + 24];
        buffer.AsSpan().Fill(0xFF);
        payload.CopyTo(buffer, 7);
        batch ??= new SpanBatch();
        return (reader.Read(new ArraySegment<byte>(buffer, 7, payload.Length), batch), batch);
    }
}
