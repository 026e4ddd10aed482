using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Clew.Core.Columns;
using Clew.Core.Encodings;
using Clew.Core.Model;

namespace Clew.Ingest.Head;

/// <summary>
/// Spans as records of bytes, one behind the other in chunks: a tenth of what they take as columns. A record's row is its chunk and the
/// offset there.
/// </summary>
/// <remarks>
/// <para>A record:</para>
/// <list type="number">
/// <item>next row of the part, −1: 4 bytes; span id, 8 bytes; a byte of bits: kind, status, and the three below; class, 2 bytes; parent id,
/// 8 bytes, where it has one;</item>
/// <item>four numbers (<see cref="PackedNumbers"/>): start as signed distance to the arena's first, duration (signed), flags, trace state;
/// where it has no class of its own four more: name, resource, scope, shape of the attributes;</item>
/// <item>the attributes' values as numbers: string ids, signed integers, or the bits of a double;</item>
/// <item>what few spans have: status message, dropped counts, events, links.</item>
/// </list>
/// <para>The trace id is the part's. Bounded by the head's budget. Guarded by the shard's lock.</para>
/// </remarks>
internal sealed class PackedSpans(AttributeShapes shapes, SpanClasses classes, ChunkPool pool)
{
    /// <summary>The most bytes of a span without attributes, events and links.</summary>
    public const int MaxOwnBytes = 128;

    /// <summary>The most bytes of an attribute's value.</summary>
    public const int MaxValueBytes = 9;

    private const int SpanIdAt = 4;
    private const int BitsAt = 12;
    private const int ClassAt = 13;
    private const int ParentAt = 15;
    private const int Numbers = 4;
    private const int MoreNumbers = 8; // without a class
    private const byte KindBits = 0x07;
    private const int StatusShift = 3;
    private const byte HasParentBit = 0x20;
    private const byte LeftOutBit = 0x40;
    private const byte HasMoreBit = 0x80;
    private const int CacheLine = 64;
    private const int OffsetBits = ChunkPool.ChunkBits;

    private readonly ShapeCache recent = new(shapes);
    private byte[][] chunks = [];
    private int chunkCount;
    private int offset = int.MaxValue; // in the last chunk
    private int limit;
    private int[] keys = [];
    private long allocated;
    private ulong firstStart;

    /// <summary>Bytes of all records.</summary>
    public long UsedBytes { get; private set; }

    public long AllocatedBytes => allocated + (8L * chunks.Length) + (4L * keys.Length);

    /// <summary>Records, those included that no part holds any more.</summary>
    public int Count { get; private set; }

    /// <summary>Call when the next spans come from another batch, or the batch has changed.</summary>
    public void Begin() => recent.Forget();

    /// <summary>Forgets everything and gives the chunks back.</summary>
    public void Clear()
    {
        recent.Forget();
        for (int i = 0; i < chunkCount; i++)
        {
            pool.Return(chunks[i]);
            chunks[i] = null!;
        }
        chunkCount = 0;
        offset = int.MaxValue;
        limit = 0;
        allocated = 0;
        UsedBytes = 0;
        Count = 0;
    }

    /// <summary>Next row of the same part, −1.</summary>
    public int NextInPart(int row) => Unsafe.ReadUnaligned<int>(ref At(row));

    /// <summary>The next row of the same part, −1; asks for the rest of this row's memory.</summary>
    public unsafe int Anticipate(int row)
    {
        ref byte record = ref At(row);
        if (Sse.IsSupported)
        {
            Sse.Prefetch0((byte*)Unsafe.AsPointer(ref record) + CacheLine);
        }
        return Unsafe.ReadUnaligned<int>(ref record);
    }

    public void SetNextInPart(int row, int next) => Unsafe.WriteUnaligned(ref At(row), next);

    /// <summary>8 bytes.</summary>
    public ulong SpanId(int row) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref At(row), SpanIdAt));

    public SpanKind Kind(int row) => (SpanKind)(Unsafe.Add(ref At(row), BitsAt) & KindBits);

    public bool HasParent(int row) => (Unsafe.Add(ref At(row), BitsAt) & HasParentBit) != 0;

    /// <summary>The store holds a copy already: the row is not handed over.</summary>
    public bool IsLeftOut(int row) => (Unsafe.Add(ref At(row), BitsAt) & LeftOutBit) != 0;

    public void SetLeftOut(int row) => Unsafe.Add(ref At(row), BitsAt) |= LeftOutBit;

    /// <summary>Its place in <see cref="SpanClasses"/>.</summary>
    public int Class(int row) => Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref At(row), ClassAt));

    /// <summary>The kind of all spans of a class.</summary>
    public static SpanKind KindOf(byte classBits) => (SpanKind)(classBits & KindBits);

    /// <summary>The status of all spans of a class.</summary>
    public static StatusCode StatusOf(byte classBits) => (StatusCode)((classBits >> StatusShift) & 3);

    /// <summary>True where spans of a class may have a status message, events or links.</summary>
    public static bool MayHaveMore(byte classBits) => (classBits & HasMoreBit) != 0;

    public ulong StartTime(int row)
    {
        ref byte numbers = ref ReadNumbers(ref At(row), out uint control, out nint at, out _);
        return firstStart + (ulong)Varint.UnZigZag(PackedNumbers.Take(ref numbers, ref at, ref control));
    }

    /// <summary>Nanoseconds; 0 where the end lies before the start.</summary>
    public ulong Duration(int row)
    {
        ref byte numbers = ref ReadNumbers(ref At(row), out uint control, out nint at, out _);
        ulong start = firstStart + (ulong)Varint.UnZigZag(PackedNumbers.Take(ref numbers, ref at, ref control));
        ulong end = start + (ulong)Varint.UnZigZag(PackedNumbers.Take(ref numbers, ref at, ref control));
        return end > start ? end - start : 0;
    }

    /// <summary>Tells whether an attribute has a value, as <see cref="PackedNumbers.WriteValues"/> writes it. The span has a class.</summary>
    /// <param name="row">Which span.</param>
    /// <param name="attribute">Which attribute, by its place in the span's shape.</param>
    /// <param name="attributes">Attributes of the shape.</param>
    /// <param name="number">The value.</param>
    public bool HasValue(int row, int attribute, int attributes, ulong number)
    {
        ref byte from = ref ReadNumbers(ref At(row), out uint control, out nint at, out _);
        at += PackedNumbers.Length((byte)control, Numbers);
        return PackedNumbers.Value(ref Unsafe.Add(ref from, at), attribute, attributes) == number;
    }

    /// <summary>Adds a span of a batch whose ids the map translates into the arena's, and counts it in its class. Returns its row.</summary>
    public int Add<TIds>(SpanBatch source, int span, TIds ids, out int spanClass)
        where TIds : struct, IIdMap
    {
        var s = source.Spans;
        int bound = Bound(source, span);
        if (bound > limit - offset)
        {
            AddChunk(bound);
        }
        if (Count == 0)
        {
            firstStart = s.StartTimes[span];
        }
        int row = ((chunkCount - 1) << OffsetBits) | offset;
        ref byte to = ref chunks[chunkCount - 1][offset];
        bool hasParent = !s.ParentSpanIds[span].IsEmpty;
        bool hasMore = (s.StatusMessages[span] | s.Events[span].Count | s.Links[span].Count) != 0
            || (s.DroppedAttributesCounts[span] | s.DroppedEventsCounts[span] | s.DroppedLinksCounts[span]) != 0;
        // 1
        Unsafe.WriteUnaligned(ref to, -1);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, SpanIdAt), s.SpanIds[span].Value);
        byte bits = (byte)((byte)s.Kinds[span] | ((byte)s.StatusCodes[span] << StatusShift) | (hasMore ? HasMoreBit : 0));
        Unsafe.Add(ref to, BitsAt) = (byte)(bits | (hasParent ? HasParentBit : 0));
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, ParentAt), s.ParentSpanIds[span].Value);
        nint start = hasParent ? ParentAt + sizeof(ulong) : ParentAt;
        // 2
        var attributes = s.Attributes[span];
        var types = source.Attributes.Types.AsSpan(attributes.Start, attributes.Count);
        int shape = Shape(source.Attributes.Keys.AsSpan(attributes.Start, attributes.Count), types, ids);
        int name = ids.String(s.Names[span]);
        int resource = ids.Resource(s.Resources[span]);
        int scope = ids.Scope(s.Scopes[span]);
        spanClass = classes.Add(bits, name, resource, scope, shape, s.StartTimes[span]);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, ClassAt), (ushort)spanClass);
        bool ofClass = spanClass != SpanClasses.None;
        nint at = start + PackedNumbers.ControlBytes(ofClass ? Numbers : MoreNumbers);
        uint control = PackedNumbers.Put(ref to, ref at, Varint.ZigZag((long)(s.StartTimes[span] - firstStart)));
        control |= PackedNumbers.Put(ref to, ref at, Varint.ZigZag((long)(s.EndTimes[span] - s.StartTimes[span]))) << 2;
        control |= PackedNumbers.Put(ref to, ref at, s.Flags[span]) << 4;
        control |= PackedNumbers.Put(ref to, ref at, (ulong)ids.String(s.TraceStates[span])) << 6;
        Unsafe.Add(ref to, start) = (byte)control;
        if (!ofClass)
        {
            control = PackedNumbers.Put(ref to, ref at, (ulong)name);
            control |= PackedNumbers.Put(ref to, ref at, (ulong)resource) << 2;
            control |= PackedNumbers.Put(ref to, ref at, (ulong)scope) << 4;
            control |= PackedNumbers.Put(ref to, ref at, (ulong)shape) << 6;
            Unsafe.Add(ref to, start + 1) = (byte)control;
        }
        // 3
        at += PackedNumbers.WriteValues(ref Unsafe.Add(ref to, at), types, source.Attributes.Values.AsSpan(attributes.Start, attributes.Count), ids);
        // 4
        if (hasMore)
        {
            at += WriteMore(chunks[chunkCount - 1].AsSpan(offset + (int)at, bound - (int)at), source, span, ids);
        }
        offset += (int)at;
        UsedBytes += at;
        Count++;
        return row;
    }

    /// <summary>Appends a record's span to a batch, into whose ids the map translates. Returns its row there.</summary>
    public int Unpack<TIds>(int row, TraceId traceId, SpanBatch target, TIds ids)
        where TIds : struct, IIdMap
    {
        ref byte from = ref At(row);
        byte bits = Unsafe.Add(ref from, BitsAt);
        bool hasParent = (bits & HasParentBit) != 0;
        from = ref ReadNumbers(ref from, out uint control, out nint at, out int spanClass);
        var s = target.Spans;
        int span = s.AddRow();
        s.TraceIds[span] = traceId;
        s.SpanIds[span] = new SpanId(SpanId(row));
        s.Kinds[span] = KindOf(bits);
        s.StatusCodes[span] = StatusOf(bits);
        s.ParentSpanIds[span] = new SpanId(hasParent ? Unsafe.ReadUnaligned<ulong>(ref Unsafe.Subtract(ref from, sizeof(ulong))) : 0);
        ulong start = firstStart + (ulong)Varint.UnZigZag(PackedNumbers.Take(ref from, ref at, ref control));
        s.StartTimes[span] = start;
        s.EndTimes[span] = start + (ulong)Varint.UnZigZag(PackedNumbers.Take(ref from, ref at, ref control));
        s.Flags[span] = (uint)PackedNumbers.Take(ref from, ref at, ref control);
        s.TraceStates[span] = ids.String((int)PackedNumbers.Take(ref from, ref at, ref control));
        int shape;
        if (spanClass != SpanClasses.None)
        {
            ref readonly var common = ref classes[spanClass];
            s.Names[span] = ids.String(common.Name);
            s.Resources[span] = ids.Resource(common.Resource);
            s.Scopes[span] = ids.Scope(common.Scope);
            shape = common.Shape;
        }
        else
        {
            s.Names[span] = ids.String((int)PackedNumbers.Take(ref from, ref at, ref control));
            s.Resources[span] = ids.Resource((int)PackedNumbers.Take(ref from, ref at, ref control));
            s.Scopes[span] = ids.Scope((int)PackedNumbers.Take(ref from, ref at, ref control));
            shape = (int)PackedNumbers.Take(ref from, ref at, ref control);
        }
        s.Attributes[span] = ReadAttributes(ref Unsafe.Add(ref from, at), shape, target, ids, out int length);
        if ((bits & HasMoreBit) != 0)
        {
            ReadMore(ref Unsafe.Add(ref from, at + length), target, span, ids);
        }
        else
        {
            SetNoMore(s, span);
        }
        return span;
    }

    /// <summary>Appends a span to the arena's batch that has what all spans of a class have, and nothing else. Returns its row there.</summary>
    public int UnpackClass(int spanClass, SpanBatch target)
    {
        ref readonly var common = ref classes[spanClass];
        var s = target.Spans;
        int span = s.AddRow();
        s.TraceIds[span] = default;
        s.SpanIds[span] = default;
        s.ParentSpanIds[span] = default;
        s.StartTimes[span] = 0;
        s.EndTimes[span] = 0;
        s.Flags[span] = 0;
        s.TraceStates[span] = 0;
        s.Kinds[span] = KindOf(common.Bits);
        s.StatusCodes[span] = StatusOf(common.Bits);
        s.Names[span] = common.Name;
        s.Resources[span] = common.Resource;
        s.Scopes[span] = common.Scope;
        s.Attributes[span] = default;
        SetNoMore(s, span);
        return span;
    }

    /// <summary>Appends ids, kind, parent and times of a record's span to a table of which nothing else is looked at.</summary>
    public void Outline(int row, SpanTable target)
    {
        ref byte from = ref At(row);
        byte bits = Unsafe.Add(ref from, BitsAt);
        bool hasParent = (bits & HasParentBit) != 0;
        from = ref ReadNumbers(ref from, out uint control, out nint at, out _);
        int span = target.AddRow();
        target.SpanIds[span] = new SpanId(SpanId(row));
        target.Kinds[span] = (SpanKind)(bits & KindBits);
        target.ParentSpanIds[span] = new SpanId(hasParent ? Unsafe.ReadUnaligned<ulong>(ref Unsafe.Subtract(ref from, sizeof(ulong))) : 0);
        ulong start = firstStart + (ulong)Varint.UnZigZag(PackedNumbers.Take(ref from, ref at, ref control));
        target.StartTimes[span] = start;
        target.EndTimes[span] = start + (ulong)Varint.UnZigZag(PackedNumbers.Take(ref from, ref at, ref control));
    }

    /// <summary>Where a record's numbers begin, how long they are, and where the first one lies from there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte ReadNumbers(ref byte record, out uint control, out nint at, out int spanClass)
    {
        spanClass = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref record, ClassAt));
        ref byte numbers = ref Unsafe.Add(ref record, (Unsafe.Add(ref record, BitsAt) & HasParentBit) != 0 ? ParentAt + sizeof(ulong) : ParentAt);
        control = Unsafe.ReadUnaligned<ushort>(ref numbers); // of which the upper byte means nothing where there is a class
        at = PackedNumbers.ControlBytes(spanClass != SpanClasses.None ? Numbers : MoreNumbers);
        return ref numbers;
    }

    private static void SetNoMore(SpanTable spans, int span)
    {
        spans.StatusMessages[span] = 0;
        spans.DroppedAttributesCounts[span] = 0;
        spans.DroppedEventsCounts[span] = 0;
        spans.DroppedLinksCounts[span] = 0;
        spans.Events[span] = default;
        spans.Links[span] = default;
    }

    private int WriteMore<TIds>(Span<byte> room, SpanBatch source, int span, TIds ids)
        where TIds : struct, IIdMap
    {
        var to = new ByteWriter(room);
        var s = source.Spans;
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
        return to.Length;
    }

    private void ReadMore<TIds>(ref byte more, SpanBatch target, int span, TIds ids)
        where TIds : struct, IIdMap
    {
        var from = new ByteReader(ref more);
        var s = target.Spans;
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
        to.Skip(PackedNumbers.WriteValues(ref to.Room, types, source.Attributes.Values.AsSpan(rows.Start, rows.Count), ids));
    }

    private RowRange ReadAttributes<TIds>(ref ByteReader from, SpanBatch target, TIds ids)
        where TIds : struct, IIdMap
    {
        int shape = from.Id();
        var rows = ReadAttributes(ref from.Next, shape, target, ids, out int length);
        from.Skip(length);
        return rows;
    }

    private RowRange ReadAttributes<TIds>(ref byte from, int shape, SpanBatch target, TIds ids, out int length)
        where TIds : struct, IIdMap
    {
        length = 0;
        var table = target.Attributes;
        if (shape == 0)
        {
            return new RowRange(table.Count, 0);
        }
        var shapeKeys = shapes.Keys(shape);
        var types = shapes.Types(shape);
        int start = table.AddRows(shapeKeys.Length);
        types.CopyTo(table.Types.AsSpan(start));
        if (typeof(TIds) == typeof(CopierIds))
        {
            var toKeys = table.Keys.AsSpan(start, shapeKeys.Length);
            for (int i = 0; i < toKeys.Length; i++)
            {
                toKeys[i] = ids.String(shapeKeys[i]);
            }
        }
        else
        {
            shapeKeys.CopyTo(table.Keys.AsSpan(start));
        }
        length = PackedNumbers.ReadValues(ref from, types, table.Values.AsSpan(start, shapeKeys.Length), ids);
        return new RowRange(start, shapeKeys.Length);
    }

    private int Shape<TIds>(ReadOnlySpan<int> sourceKeys, ReadOnlySpan<AttributeType> types, TIds ids)
        where TIds : struct, IIdMap
    {
        if (sourceKeys.IsEmpty)
        {
            return 0;
        }
        if (recent.TryFind(sourceKeys, types, out int shape))
        {
            return shape;
        }
        if (keys.Length < sourceKeys.Length)
        {
            keys = new int[Math.Max(sourceKeys.Length, 64)];
        }
        for (int i = 0; i < sourceKeys.Length; i++)
        {
            keys[i] = ids.String(sourceKeys[i]);
        }
        shape = shapes.Intern(keys.AsSpan(0, sourceKeys.Length), types);
        recent.Add(sourceKeys, shape);
        return shape;
    }

    /// <summary>The most bytes a span can take, 10 for a varint of 64 bits, 5 for one of 32, and slack behind it.</summary>
    private static int Bound(SpanBatch source, int span)
    {
        var s = source.Spans;
        int attributes = s.Attributes[span].Count;
        long bound = MaxOwnBytes + PackedNumbers.Bound(attributes);
        for (int i = s.Events[span].Start; i < s.Events[span].End; i++)
        {
            bound += 25 + PackedNumbers.Bound(source.Events.Attributes[i].Count);
        }
        for (int i = s.Links[span].Start; i < s.Links[span].End; i++)
        {
            bound += 44 + PackedNumbers.Bound(source.Links.Attributes[i].Count);
        }
        return checked((int)bound);
    }

    /// <summary>Begins a chunk that has room for a record. A record that no chunk has room for gets one of its own size.</summary>
    private void AddChunk(int bound)
    {
        if (chunkCount == chunks.Length)
        {
            if (chunkCount > int.MaxValue >> OffsetBits)
            {
                throw new InvalidOperationException("An arena of the head holds 2 GiB.");
            }
            Array.Resize(ref chunks, Math.Max(16, chunkCount * 2));
        }
        bool fits = bound <= ChunkPool.ChunkBytes;
        byte[] chunk = fits ? pool.Rent() : GC.AllocateUninitializedArray<byte>(bound);
        chunks[chunkCount++] = chunk;
        offset = 0;
        limit = fits ? chunk.Length : 0; // only its first record has a row number
        allocated += chunk.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref byte At(int row) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(chunks[row >> OffsetBits]), row & (ChunkPool.ChunkBytes - 1));
}
