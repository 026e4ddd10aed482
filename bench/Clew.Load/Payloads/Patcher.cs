using System.Buffers.Binary;

namespace Clew.Load.Payloads;

/// <summary>Puts fresh ids, times and values into a payload; allocates nothing.</summary>
internal static class Patcher
{
    /// <param name="payload">The template's bytes, owned by the caller.</param>
    /// <param name="patches">The template's patches.</param>
    /// <param name="seed">Of the load.</param>
    /// <param name="firstTrace">Number of the block's first trace.</param>
    /// <param name="now">When the block is sent, Unix ns.</param>
    public static void Apply(Span<byte> payload, ReadOnlySpan<SpanPatch> patches, ulong seed, long firstTrace, ulong now)
    {
        int current = -1;
        TraceValues values = default;
        ulong high = 0, low = 0, order = 0, start = 0;
        int user = 0;
        double duration = 0;
        foreach (ref readonly var patch in patches)
        {
            if (patch.Trace != current)
            {
                current = patch.Trace;
                values = new TraceValues(seed, firstTrace + current);
                (high, low, order, user, duration) = (values.IdHigh, values.IdLow, values.Order, values.User, values.Duration);
                duration = patch.IsRecorded ? 1 : duration;
                start = now - (ulong)values.Age - (ulong)duration;
            }
            BinaryPrimitives.WriteUInt64BigEndian(payload[patch.TraceIdAt..], high);
            BinaryPrimitives.WriteUInt64BigEndian(payload[(patch.TraceIdAt + 8)..], low);
            BinaryPrimitives.WriteUInt64BigEndian(payload[patch.SpanIdAt..], values.SpanId(patch.Span));
            if (patch.ParentIdAt >= 0)
            {
                BinaryPrimitives.WriteUInt64BigEndian(payload[patch.ParentIdAt..], values.SpanId(patch.Parent));
            }
            ulong from = (ulong)((long)start + (long)(patch.Offset * duration));
            ulong to = from + (ulong)(patch.Length * duration);
            BinaryPrimitives.WriteUInt64LittleEndian(payload[patch.StartAt..], from);
            BinaryPrimitives.WriteUInt64LittleEndian(payload[patch.EndAt..], to);
            if (patch.EventTimeAt >= 0)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(payload[patch.EventTimeAt..], to);
            }
            if (patch.RequestAt >= 0)
            {
                Hex(payload.Slice(patch.RequestAt, 16), values.Request);
            }
            if (patch.Statements is { } statements)
            {
                statements[values.Choice(patch.Span) % (ulong)statements.Length].CopyTo(payload[patch.StatementAt..]);
            }
            if (patch.OrderAt >= 0)
            {
                Hex(payload.Slice(patch.OrderAt, 12), order);
                Digits(payload.Slice(patch.UserAt, 5), user);
            }
        }
    }

    private static void Hex(Span<byte> text, ulong value)
    {
        for (int i = text.Length - 1; i >= 0; i--)
        {
            text[i] = "0123456789abcdef"u8[(int)(value & 15)];
            value >>= 4;
        }
    }

    private static void Digits(Span<byte> text, int value)
    {
        for (int i = text.Length - 1; i >= 0; i--)
        {
            (value, int digit) = Math.DivRem(value, 10);
            text[i] = (byte)('0' + digit);
        }
    }
}
