using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Clew.Ingest.Otlp.Receiving;

namespace Clew.Ingest.Otlp.Grpc;

/// <summary>The frame around a gRPC message: one byte that says whether it is compressed, four bytes of length, the message.</summary>
internal static class GrpcFrame
{
    public const int HeaderBytes = 5;

    /// <summary>Reads a body that holds exactly one frame, header included. A length over the bound is refused as soon as it is known.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // one for each request otherwise
    public static async ValueTask<PayloadError> ReadAsync(PipeReader body, PayloadBuffer to, int limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            var error = to.Append(read.Buffer, limit + HeaderBytes);
            body.AdvanceTo(read.Buffer.End);
            if (to.Length >= HeaderBytes && MessageLength(to) > (uint)limit)
            {
                return PayloadError.TooLarge;
            }
            if (error != PayloadError.None)
            {
                return error;
            }
            if (read.IsCompleted)
            {
                return to.Length >= HeaderBytes && MessageLength(to) == (uint)(to.Length - HeaderBytes) && to.Content[0] <= 1
                    ? PayloadError.None
                    : PayloadError.Malformed;
            }
        }
    }

    /// <summary>True where the frame's message is compressed.</summary>
    public static bool IsCompressed(PayloadBuffer frame) => frame.Content[0] == 1;

    /// <summary>A frame with an uncompressed message.</summary>
    public static byte[] Create(ReadOnlySpan<byte> message)
    {
        byte[] frame = new byte[HeaderBytes + message.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        message.CopyTo(frame.AsSpan(HeaderBytes));
        return frame;
    }

    private static uint MessageLength(PayloadBuffer frame) => BinaryPrimitives.ReadUInt32BigEndian(frame.Content.AsSpan(1));
}
