using System.Buffers;
using System.Buffers.Binary;
using Clew.Core.Encodings;

namespace Clew.Ingest.Sampling.Decisions;

/// <summary>What one append decided, as bytes. Keep in sync with docs/formats/decisions.md.</summary>
/// <remarks>Reused; bounded by the batch.</remarks>
internal sealed class DecisionRecord
{
    private readonly List<(ulong Trace, uint Code)> decisions = [];
    private readonly List<ulong> dropped = [];

    public IReadOnlyList<(ulong Trace, uint Code)> Decisions => decisions;

    public IReadOnlyList<ulong> Dropped => dropped;

    /// <summary>The journal's newest record when it was decided.</summary>
    public long Newest { get; set; }

    /// <summary>Unix seconds.</summary>
    public long Time { get; set; }

    public bool IsEmpty => decisions.Count == 0 && dropped.Count == 0;

    public void Clear()
    {
        decisions.Clear();
        dropped.Clear();
    }

    public void Add(ulong trace, uint code) => decisions.Add((trace, code));

    public void AddDropped(ulong span) => dropped.Add(span);

    public void AddDropped(ReadOnlySpan<ulong> spans) => dropped.AddRange(spans);

    /// <summary>Appends the record.</summary>
    public void Write(ArrayBufferWriter<byte> to)
    {
        Varint.Write(to, (ulong)Newest);
        Varint.Write(to, (ulong)Math.Max(0, Time));
        Varint.Write(to, (ulong)decisions.Count);
        foreach (var (trace, code) in decisions)
        {
            WriteNumber(to, trace);
            Varint.Write(to, code);
        }
        Varint.Write(to, (ulong)dropped.Count);
        foreach (ulong span in dropped)
        {
            WriteNumber(to, span);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a record.</exception>
    public static DecisionRecord Read(ReadOnlySpan<byte> from)
    {
        var record = new DecisionRecord
        {
            Newest = (long)Varint.Read(ref from),
            Time = (long)Varint.Read(ref from),
        };
        int count = Varint.ReadInt(ref from, from.Length);
        for (int i = 0; i < count; i++)
        {
            ulong trace = ReadNumber(ref from);
            record.Add(trace, (uint)Varint.Read(ref from));
        }
        count = Varint.ReadInt(ref from, from.Length);
        for (int i = 0; i < count; i++)
        {
            record.AddDropped(ReadNumber(ref from));
        }
        return record;
    }

    private static void WriteNumber(ArrayBufferWriter<byte> to, ulong number)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(to.GetSpan(8), number);
        to.Advance(8);
    }

    private static ulong ReadNumber(ref ReadOnlySpan<byte> from)
    {
        if (!BinaryPrimitives.TryReadUInt64LittleEndian(from, out ulong number))
        {
            throw new InvalidDataException("A record of decisions is cut short.");
        }
        from = from[8..];
        return number;
    }
}
