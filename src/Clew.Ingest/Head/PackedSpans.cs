using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Clew.Core.Columns;
using Clew.Core.Encodings;
using Clew.Core.Model;

namespace Clew.Ingest.Head;

/// <summary>
/// Spans as records of bytes, one behind the other: a tenth of what they take as columns. A record's row is its offset.
/// </summary>
/// <remarks>
/// <para>A record:</para>
/// <list type="number">
/// <item>slot of its part, −1 for a dead one; next row of the part, −1; next row of its bucket, −1: 4 bytes each;</item>
/// <item>span id, 8 bytes; a byte of bits: kind, status, and the four below;</item>
/// <item>start, signed distance to the first span's; parent id where it has one; duration, signed; flags, name, resource, scope;</item>
/// <item>attributes: their shape, then the values: string ids and integers as varints, doubles as 8 bytes;</item>
/// <item>what few spans have: trace state, status message, dropped counts, events, links.</item>
/// </list>
/// <para>The trace id is the part's. Bounded by the head's budget. Guarded by the shard's lock.</para>
/// </remarks>
internal sealed class PackedSpans(AttributeShapes shapes)
{
    private const int NextInPartAt = 4;
    private const int NextInBucketAt = 8;
    private const int SpanIdAt = 12;
    private const int BitsAt = 20;
    private const int StartAt = 21;
    private const byte KindBits = 0x07;
    private const int StatusShift = 3;
    private const byte HasParentBit = 0x20;
    private const byte LeftOutBit = 0x40;
    private const byte HasMoreBit = 0x80;
    private const int DoublesUpTo = 4 << 20;

    private byte[] bytes = [];
    private readonly (int Start, int Count, int Shape)[] recent = new (int, int, int)[8];
    private readonly int[] recentKeys = new int[256];
    private int recentCount;
    private int[] keys = [];
    private ulong firstStart;

    /// <summary>Bytes of all records.</summary>
    public int UsedBytes { get; private set; }

    public long AllocatedBytes => bytes.Length + (4L * keys.Length);

    /// <summary>Records, dead ones included.</summary>
    public int Count { get; private set; }

    /// <summary>Call when the next spans come from another batch, or the batch has changed.</summary>
    public void Begin() => recentCount = 0;

    public void Clear()
    {
        recentCount = 0;
        UsedBytes = 0;
        Count = 0;
    }

    /// <summary>Slot of its part, −1 for a dead row.</summary>
    public int Part(int row) => Int(row);

    public void MarkDead(int row) => SetInt(row, -1);

    /// <summary>Next row of the same part, −1.</summary>
    public int NextInPart(int row) => Int(row + NextInPartAt);

    public void SetNextInPart(int row, int next) => SetInt(row + NextInPartAt, next);

    public int NextInBucket(int row) => Int(row + NextInBucketAt);

    public void SetNextInBucket(int row, int next) => SetInt(row + NextInBucketAt, next);

    /// <summary>8 bytes.</summary>
    public ulong SpanId(int row) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(row + SpanIdAt));

    public SpanKind Kind(int row) => (SpanKind)(bytes[row + BitsAt] & KindBits);

    public bool HasParent(int row) => (bytes[row + BitsAt] & HasParentBit) != 0;

    /// <summary>The store holds a copy already: the row is not handed over.</summary>
    public bool IsLeftOut(int row) => (bytes[row + BitsAt] & LeftOutBit) != 0;

    public void SetLeftOut(int row) => bytes[row + BitsAt] |= LeftOutBit;

    public ulong StartTime(int row) => firstStart + (ulong)new ByteReader(bytes.AsSpan(row + StartAt)).Signed();

    /// <summary>Adds a span of a batch whose ids the map translates into the arena's. Returns its row.</summary>
    public int Add<TIds>(SpanBatch source, int span, int part, TIds ids)
        where TIds : struct, IIdMap
    {
        var s = source.Spans;
        Reserve(Bound(source, span));
        if (Count == 0)
        {
            firstStart = s.StartTimes[span];
        }
        var to = new ByteWriter(bytes.AsSpan(UsedBytes));
        bool hasParent = !s.ParentSpanIds[span].IsEmpty;
        bool hasMore = s.TraceStates[span] != 0 || s.StatusMessages[span] != 0
            || (s.DroppedAttributesCounts[span] | s.DroppedEventsCounts[span] | s.DroppedLinksCounts[span]) != 0
            || s.Events[span].Count + s.Links[span].Count != 0;
        // 1
        to.Int(part);
        to.Int(-1);
        to.Int(-1);
        // 2
        to.Fixed(s.SpanIds[span].Value);
        to.Byte((byte)((byte)s.Kinds[span] | ((byte)s.StatusCodes[span] << StatusShift) | (hasParent ? HasParentBit : 0) | (hasMore ? HasMoreBit : 0)));
        // 3
        to.Signed((long)(s.StartTimes[span] - firstStart));
        if (hasParent)
        {
            to.Fixed(s.ParentSpanIds[span].Value);
        }
        to.Signed((long)(s.EndTimes[span] - s.StartTimes[span]));
        to.Varint(s.Flags[span]);
        to.Varint((ulong)ids.String(s.Names[span]));
        to.Varint((ulong)ids.Resource(s.Resources[span]));
        to.Varint((ulong)ids.Scope(s.Scopes[span]));
        // 4
        WriteAttributes(ref to, source, s.Attributes[span], ids);
        // 5
        if (hasMore)
        {
            WriteMore(ref to, source, span, ids);
        }
        int row = UsedBytes;
        UsedBytes += to.Length;
        Count++;
        return row;
    }

    /// <summary>Appends a record's span to a batch, into whose ids the map translates. Returns its row there.</summary>
    public int Unpack<TIds>(int row, TraceId traceId, SpanBatch target, TIds ids)
        where TIds : struct, IIdMap
    {
        byte bits = bytes[row + BitsAt];
        var from = new ByteReader(bytes.AsSpan(row + StartAt));
        var s = target.Spans;
        int span = s.AddRow();
        s.TraceIds[span] = traceId;
        s.SpanIds[span] = new SpanId(SpanId(row));
        s.Kinds[span] = (SpanKind)(bits & KindBits);
        s.StatusCodes[span] = (StatusCode)((bits >> StatusShift) & 3);
        ulong start = firstStart + (ulong)from.Signed();
        s.StartTimes[span] = start;
        s.ParentSpanIds[span] = new SpanId((bits & HasParentBit) != 0 ? from.Fixed() : 0);
        s.EndTimes[span] = start + (ulong)from.Signed();
        s.Flags[span] = (uint)from.Varint();
        s.Names[span] = ids.String(from.Id());
        s.Resources[span] = ids.Resource(from.Id());
        s.Scopes[span] = ids.Scope(from.Id());
        s.Attributes[span] = ReadAttributes(ref from, target, ids);
        if ((bits & HasMoreBit) != 0)
        {
            ReadMore(ref from, target, span, ids);
        }
        else
        {
            s.TraceStates[span] = 0;
            s.StatusMessages[span] = 0;
            s.DroppedAttributesCounts[span] = 0;
            s.DroppedEventsCounts[span] = 0;
            s.DroppedLinksCounts[span] = 0;
            s.Events[span] = default;
            s.Links[span] = default;
        }
        return span;
    }

    private void WriteMore<TIds>(ref ByteWriter to, SpanBatch source, int span, TIds ids)
        where TIds : struct, IIdMap
    {
        var s = source.Spans;
        to.Varint((ulong)ids.String(s.TraceStates[span]));
        to.Varint((ulong)ids.String(s.StatusMessages[span]));
        to.Varint(s.DroppedAttributesCounts[span]);
        to.Varint(s.DroppedEventsCounts[span]);
        to.Varint(s.DroppedLinksCounts[span]);
        to.Varint((ulong)s.Events[span].Count);
        to.Varint((ulong)s.Links[span].Count);
        var events = source.Events;
        for (int i = s.Events[span].Start; i < s.Events[span].End; i++)
        {
            to.Signed((long)(events.Times[i] - s.StartTimes[span]));
            to.Varint((ulong)ids.String(events.Names[i]));
            to.Varint(events.DroppedAttributesCounts[i]);
            WriteAttributes(ref to, source, events.Attributes[i], ids);
        }
        var links = source.Links;
        for (int i = s.Links[span].Start; i < s.Links[span].End; i++)
        {
            to.Fixed(links.TraceIds[i].High);
            to.Fixed(links.TraceIds[i].Low);
            to.Fixed(links.SpanIds[i].Value);
            to.Varint((ulong)ids.String(links.TraceStates[i]));
            to.Varint(links.Flags[i]);
            to.Varint(links.DroppedAttributesCounts[i]);
            WriteAttributes(ref to, source, links.Attributes[i], ids);
        }
    }

    private void ReadMore<TIds>(ref ByteReader from, SpanBatch target, int span, TIds ids)
        where TIds : struct, IIdMap
    {
        var s = target.Spans;
        s.TraceStates[span] = ids.String(from.Id());
        s.StatusMessages[span] = ids.String(from.Id());
        s.DroppedAttributesCounts[span] = (uint)from.Varint();
        s.DroppedEventsCounts[span] = (uint)from.Varint();
        s.DroppedLinksCounts[span] = (uint)from.Varint();
        int eventCount = from.Id();
        int linkCount = from.Id();
        var events = target.Events;
        int firstEvent = events.AddRows(eventCount);
        s.Events[span] = new RowRange(firstEvent, eventCount);
        for (int i = firstEvent; i < firstEvent + eventCount; i++)
        {
            events.Times[i] = s.StartTimes[span] + (ulong)from.Signed();
            events.Names[i] = ids.String(from.Id());
            events.DroppedAttributesCounts[i] = (uint)from.Varint();
            events.Attributes[i] = ReadAttributes(ref from, target, ids);
        }
        var links = target.Links;
        int firstLink = links.AddRows(linkCount);
        s.Links[span] = new RowRange(firstLink, linkCount);
        for (int i = firstLink; i < firstLink + linkCount; i++)
        {
            links.TraceIds[i] = new TraceId(from.Fixed(), from.Fixed());
            links.SpanIds[i] = new SpanId(from.Fixed());
            links.TraceStates[i] = ids.String(from.Id());
            links.Flags[i] = (uint)from.Varint();
            links.DroppedAttributesCounts[i] = (uint)from.Varint();
            links.Attributes[i] = ReadAttributes(ref from, target, ids);
        }
    }

    private void WriteAttributes<TIds>(ref ByteWriter to, SpanBatch source, RowRange rows, TIds ids)
        where TIds : struct, IIdMap
    {
        var types = source.Attributes.Types.AsSpan(rows.Start, rows.Count);
        to.Varint((ulong)Shape(source.Attributes.Keys.AsSpan(rows.Start, rows.Count), types, ids));
        var values = source.Attributes.Values.AsSpan(rows.Start, rows.Count);
        ref byte room = ref to.Room;
        int at = 0;
        for (int i = 0; i < values.Length; i++)
        {
            long value = values[i];
            if (AttributeTable.IsStringId(types[i]))
            {
                at += ByteWriter.Put(ref Unsafe.Add(ref room, at), (ulong)ids.String((int)value));
            }
            else if (types[i] == AttributeType.Double)
            {
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref room, at), value);
                at += sizeof(long);
            }
            else
            {
                at += ByteWriter.Put(ref Unsafe.Add(ref room, at), Varint.ZigZag(value));
            }
        }
        to.Skip(at);
    }

    private int Shape<TIds>(ReadOnlySpan<int> sourceKeys, ReadOnlySpan<AttributeType> types, TIds ids)
        where TIds : struct, IIdMap
    {
        if (sourceKeys.IsEmpty)
        {
            return 0;
        }
        foreach (var (start, count, known) in recent.AsSpan(0, recentCount))
        {
            if (sourceKeys.SequenceEqual(recentKeys.AsSpan(start, count)) && types.SequenceEqual(shapes.Types(known)))
            {
                return known;
            }
        }
        if (keys.Length < sourceKeys.Length)
        {
            keys = new int[Math.Max(sourceKeys.Length, 64)];
        }
        for (int i = 0; i < sourceKeys.Length; i++)
        {
            keys[i] = ids.String(sourceKeys[i]);
        }
        int shape = shapes.Intern(keys.AsSpan(0, sourceKeys.Length), types);
        Remember(sourceKeys, shape);
        return shape;
    }

    // Spans of one source have few shapes: those met last are told by the source's own ids.
    private void Remember(ReadOnlySpan<int> sourceKeys, int shape)
    {
        int start = recentCount == 0 ? 0 : recent[recentCount - 1].Start + recent[recentCount - 1].Count;
        if (recentCount == recent.Length || start + sourceKeys.Length > recentKeys.Length)
        {
            recentCount = 0;
            start = 0;
        }
        if (sourceKeys.Length <= recentKeys.Length)
        {
            sourceKeys.CopyTo(recentKeys.AsSpan(start));
            recent[recentCount++] = (start, sourceKeys.Length, shape);
        }
    }

    private RowRange ReadAttributes<TIds>(ref ByteReader from, SpanBatch target, TIds ids)
        where TIds : struct, IIdMap
    {
        int shape = from.Id();
        if (shape == 0)
        {
            return new RowRange(target.Attributes.Count, 0);
        }
        var shapeKeys = shapes.Keys(shape);
        var types = shapes.Types(shape);
        int start = target.Attributes.AddRows(shapeKeys.Length);
        var toKeys = target.Attributes.Keys.AsSpan(start, shapeKeys.Length);
        var values = target.Attributes.Values.AsSpan(start, shapeKeys.Length);
        types.CopyTo(target.Attributes.Types.AsSpan(start));
        for (int i = 0; i < toKeys.Length; i++)
        {
            toKeys[i] = ids.String(shapeKeys[i]);
            values[i] = AttributeTable.IsStringId(types[i]) ? ids.String(from.Id())
                : types[i] == AttributeType.Double ? (long)from.Fixed()
                : from.Signed();
        }
        return new RowRange(start, toKeys.Length);
    }

    /// <summary>The most bytes a span can take: 10 for a varint of 64 bits, 5 for one of 32.</summary>
    private static int Bound(SpanBatch source, int span)
    {
        var s = source.Spans;
        long bound = 128 + (10L * s.Attributes[span].Count);
        for (int i = s.Events[span].Start; i < s.Events[span].End; i++)
        {
            bound += 25 + (10L * source.Events.Attributes[i].Count);
        }
        for (int i = s.Links[span].Start; i < s.Links[span].End; i++)
        {
            bound += 44 + (10L * source.Links.Attributes[i].Count);
        }
        return checked((int)bound);
    }

    private void Reserve(int more)
    {
        int needed = checked(UsedBytes + more);
        if (needed > bytes.Length)
        {
            long step = Math.Clamp(bytes.Length, 64 << 10, Math.Max(DoublesUpTo, bytes.Length / 4));
            Array.Resize(ref bytes, (int)Math.Min(Math.Max(bytes.Length + step, needed), Array.MaxLength));
        }
    }

    private int Int(int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));

    private void SetInt(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
}
