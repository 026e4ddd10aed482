using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using Clew.Core.Encodings;
using Clew.Core.Model;

namespace Clew.Storage.Embedded.Index;

/// <summary>
/// Finds a trace's row in a segment: about eight traces a bucket, 16 bits of hash and the row for each. It says "not here" as a Bloom
/// filter would (wrong once in about 8,000 times) and, where it says yes, also where.
/// </summary>
/// <remarks>
/// Layout: traces (varint), buckets (varint), row width (1 byte), then ends of the buckets (u32 each), hashes (u16 each), rows
/// (bit-packed). Bucket: the high half of <see cref="TraceId.Mix"/> scaled to the number of buckets; hash: its low 16 bits.
/// Keep in sync with docs/formats/segment.md.
/// </remarks>
internal static class TraceIndex
{
    private const int TracesPerBucket = 8;

    public static byte[] Build(ReadOnlySpan<TraceId> traces)
    {
        int buckets = (traces.Length / TracesPerBucket) + 1;
        var hashes = new ulong[traces.Length];
        var rows = new long[traces.Length];
        for (int i = 0; i < traces.Length; i++)
        {
            hashes[i] = traces[i].Mix();
            rows[i] = i;
        }
        Array.Sort(hashes, rows);
        int width = 64 - BitOperations.LeadingZeroCount((ulong)Math.Max(traces.Length - 1, 0));
        var to = new ArrayBufferWriter<byte>();
        Varint.Write(to, (ulong)traces.Length);
        Varint.Write(to, (ulong)buckets);
        to.Write([(byte)width]);
        int at = 0;
        for (int bucket = 0; bucket < buckets; bucket++)
        {
            while (at < hashes.Length && Bucket(hashes[at], buckets) == bucket)
            {
                at++;
            }
            BinaryPrimitives.WriteUInt32LittleEndian(to.GetSpan(4), (uint)at);
            to.Advance(4);
        }
        foreach (ulong hash in hashes)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(to.GetSpan(2), (ushort)hash);
            to.Advance(2);
        }
        int length = BitPacking.Length(rows.Length, width);
        BitPacking.Pack(rows, 0, width, to.GetSpan(length + 8));
        to.Advance(length);
        return to.WrittenSpan.ToArray();
    }

    /// <summary>Adds the rows that may hold the trace.</summary>
    public static void Find(ReadOnlySpan<byte> index, TraceId traceId, List<int> rows)
    {
        int traces = Varint.ReadInt(ref index);
        int buckets = Varint.ReadInt(ref index);
        int width = index[0];
        index = index[1..];
        ulong hash = traceId.Mix();
        int bucket = Bucket(hash, buckets);
        int first = bucket == 0 ? 0 : (int)BinaryPrimitives.ReadUInt32LittleEndian(index[(4 * (bucket - 1))..]);
        int end = (int)BinaryPrimitives.ReadUInt32LittleEndian(index[(4 * bucket)..]);
        var hashes = index.Slice(4 * buckets, 2 * traces);
        var packed = index[((4 * buckets) + (2 * traces))..];
        for (int i = first; i < end; i++)
        {
            if (BinaryPrimitives.ReadUInt16LittleEndian(hashes[(2 * i)..]) == (ushort)hash)
            {
                rows.Add((int)BitPacking.Get(packed, width, i));
            }
        }
    }

    private static int Bucket(ulong hash, int buckets) => (int)(((hash >> 32) * (ulong)buckets) >> 32);
}
