using System.Text;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Ingest.Otlp;
using Clew.Ingest.Otlp.Protobuf;
using Clew.Testing;

namespace Clew.Ingest.Tests.Otlp;

public class OtlpProtobufReaderTests
{
    private static readonly byte[] TraceId = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
    private static readonly byte[] SpanId = [1, 2, 3, 4, 5, 6, 7, 8];

    private readonly OtlpProtobufReader reader = new(new OtlpOptions());

    [Fact]
    public void WholeModelIsReadBack()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var expected = new SpanGenerator(seed).Batch(1 + (seed % 40));
            var (result, batch) = reader.ReadSlice(OtlpProtobufEncoder.Encode(expected));
            Assert.Null(result.Error);
            Assert.Equal((0, null), (result.RejectedSpans, result.RejectionReason));
            Assert.Equal(SpanText.Sorted(expected), SpanText.Sorted(batch));
        }
    }

    [Fact]
    public void EmptyPayloadIsAnEmptyRequest()
    {
        var (result, batch) = reader.ReadSlice([]);
        Assert.True(result.IsValid);
        Assert.Equal(0, batch.Count);
    }

    [Fact]
    public void OwnersKeepTheirAttributesWhenFieldsAreInterleaved()
    {
        var batch = Accepted(Request(s => s
            .Message(9, Pair("a", "1"))
            .Message(11, e => e.Message(3, Pair("e", "1")).Text(2, "first"))
            .Message(9, Pair("b", "2"))
            .Message(13, l => l.Message(4, Pair("l", "1")).Bytes(1, TraceId).Bytes(2, SpanId))
            .Message(9, Pair("c", "3"))
            .Message(11, e => e.Message(3, Pair("e", "2")).Text(2, "second"))));
        string line = SpanText.Line(batch, 0);
        Assert.Contains("{a:String=1;b:String=2;c:String=3;}", line, StringComparison.Ordinal);
        Assert.Contains("event(0 'first' dropped=0 {e:String=1;})", line, StringComparison.Ordinal);
        Assert.Contains("event(0 'second' dropped=0 {e:String=2;})", line, StringComparison.Ordinal);
        Assert.Contains("{l:String=1;}", line, StringComparison.Ordinal);
    }

    [Fact]
    public void MessagesSeenTwiceAreMergedAndScalarsReplaced()
    {
        var span = ValidSpan().Text(5, "one").Text(5, "two")
            .Message(15, x => x.Text(2, "failed")).Message(15, x => x.Varint(3, 2));
        var batch = Accepted(new ProtoWriter().Message(1, rs => rs
            .Message(1, r => r.Message(1, Pair("service.name", "shop")))
            .Message(2, ss => ss.Message(1, sc => sc.Text(1, "lib")).Message(2, span).Message(1, sc => sc.Text(2, "v2")))
            .Message(1, r => r.Message(1, Pair("host", "h1")).Varint(2, 3))).ToArray());
        Assert.Equal("two", batch.Text(batch.Spans.Names[0]));
        Assert.Equal("failed", batch.Text(batch.Spans.StatusMessages[0]));
        Assert.Equal(StatusCode.Error, batch.Spans.StatusCodes[0]);
        Assert.Equal("lib", batch.Text(batch.Scopes.Names[0]));
        Assert.Equal("v2", batch.Text(batch.Scopes.Versions[0]));
        Assert.Equal("shop", batch.Text(batch.ServiceName(0)));
        Assert.Equal(2, batch.Resources.Attributes[0].Count);
        Assert.Equal(3u, batch.Resources.DroppedAttributesCounts[0]);
    }

    [Fact]
    public void OneofTakesTheLastMemberAndMergesTheSame()
    {
        var one = new ProtoWriter().Varint(3, 1);
        var two = new ProtoWriter().Varint(3, 2);
        var batch = Accepted(Request(s => s
            .Message(9, a => a.Text(1, "last").Message(2, v => v.Text(1, "x").Varint(3, 7)))
            .Message(9, a => a.Text(1, "merged").Message(2, v => v.Message(5, x => x.Message(1, one)).Message(5, x => x.Message(1, two))))
            .Message(9, a => a.Text(1, "valueTwice").Message(2, v => v.Message(5, x => x.Message(1, one))).Message(2, v => v.Message(5, x => x.Message(1, two))))
            .Message(9, a => a.Text(1, "replaced").Message(2, v => v.Message(5, x => x.Message(1, one)).Text(1, "t").Message(5, x => x.Message(1, two))))));
        Assert.Equal(AttributeValue.Of(7L), batch.Value(0));
        Assert.Equal(AttributeValue.Of(AttributeType.Array, [0x0A, 2, 0x18, 1, 0x0A, 2, 0x18, 2]), batch.Value(1));
        Assert.Equal(batch.Value(1), batch.Value(2));
        Assert.Equal(AttributeValue.Of(AttributeType.Array, [0x0A, 2, 0x18, 2]), batch.Value(3));
    }

    [Fact]
    public void NestedValuesOfOddFormBecomeCanonical()
    {
        // Value before key, a key left out, an unknown field, a boolean of 7, an integer in too many bytes.
        var batch = Accepted(Request(s => s.Message(9, a => a.Text(1, "map").Message(2, v => v.Message(6, m => m
            .Message(1, p => p.Message(2, x => x.Varint(2, 7)).Text(1, "k"))
            .Message(1, p => p.Message(2, x => x.Tag(3, 0).Append(0x85, 0x80, 0x00)).Varint(9, 1)))))));
        Assert.Equal(
            AttributeValue.Of(AttributeType.Map, [0x0A, 7, 0x0A, 1, (byte)'k', 0x12, 2, 0x10, 1, 0x0A, 6, 0x0A, 0, 0x12, 2, 0x18, 5]), batch.Value(0));
    }

    [Fact]
    public void UnknownFieldsOfEveryWireTypeAreSkipped()
    {
        var batch = Accepted(Request(s => s.Varint(100, 5).Fixed64(101, 5).Bytes(102, [1, 2]).Fixed32(103, 5)
            .Tag(104, 3).Varint(1, 1).Tag(7, 3).Text(1, "x").Tag(7, 4).Tag(104, 4)
            .Varint(5, 9) // name as a number: a field of another wire type is an unknown field
            .Text(5, "kept")));
        Assert.Equal("kept", batch.Text(batch.Spans.Names[0]));
    }

    [Theory]
    [InlineData(0, 8, OtlpErrors.InvalidTraceId)]
    [InlineData(15, 8, OtlpErrors.InvalidTraceId)]
    [InlineData(16, 0, OtlpErrors.InvalidSpanId)]
    [InlineData(16, 16, OtlpErrors.InvalidSpanId)]
    public void InvalidIdsRejectTheirSpanAlone(int traceIdLength, int spanIdLength, string reason)
    {
        var bad = new ProtoWriter().Bytes(1, Enumerable.Repeat((byte)1, traceIdLength).ToArray()).Bytes(2, Enumerable.Repeat((byte)1, spanIdLength).ToArray())
            .Message(9, Pair("gone", "x")).Message(11, e => e.Message(3, Pair("gone", "x")));
        var payload = new ProtoWriter().Message(1, rs => rs.Message(2, ss => ss.Message(2, bad).Message(2, ValidSpan().Text(5, "kept")).Message(2, bad)));
        var (result, batch) = reader.ReadSlice(payload.ToArray());
        Assert.Equal((null, 2, reason), (result.Error, result.RejectedSpans, result.RejectionReason));
        Assert.Equal("kept", batch.Text(batch.Spans.Names[0]));
        Assert.Equal((1, 0, 0), (batch.Count, batch.Attributes.Count, batch.Events.Count));
    }

    [Fact]
    public void ZeroIdsAreInvalid()
    {
        var span = new ProtoWriter().Bytes(1, new byte[16]).Bytes(2, SpanId);
        var (result, batch) = reader.ReadSlice(new ProtoWriter().Message(1, rs => rs.Message(2, ss => ss.Message(2, span))).ToArray());
        Assert.Equal(1, result.RejectedSpans);
        Assert.Equal((0, 0, 0), (batch.Count, batch.Resources.Count, batch.Scopes.Count));
    }

    [Fact]
    public void ParentOfWrongLengthIsLeftOutAndSaid()
    {
        var (result, batch) = reader.ReadSlice(Request(s => s.Bytes(4, [1, 2, 3])));
        Assert.Equal((null, 0, OtlpErrors.InvalidParent), (result.Error, result.RejectedSpans, result.RejectionReason));
        Assert.True(batch.Spans.ParentSpanIds[0].IsEmpty);
    }

    [Fact]
    public void LinkWithInvalidIdIsCountedAsDropped()
    {
        var batch = Accepted(Request(s => s.Varint(14, 2).Message(13, l => l.Bytes(1, TraceId).Bytes(2, SpanId)).Message(13, l => l.Bytes(1, TraceId))));
        Assert.Equal(1, batch.Spans.Links[0].Count);
        Assert.Equal(3u, batch.Spans.DroppedLinksCounts[0]);
    }

    [Fact]
    public void UnknownEnumValuesAreUnspecifiedAndUnset()
    {
        var batch = Accepted(Request(s => s.Varint(6, 77).Message(15, x => x.Varint(3, ulong.MaxValue))));
        Assert.Equal((SpanKind.Unspecified, StatusCode.Unset), (batch.Spans.Kinds[0], batch.Spans.StatusCodes[0]));
    }

    [Fact]
    public void WhatIsOverABoundIsCounted()
    {
        var small = new OtlpProtobufReader(new OtlpOptions { MaxAttributes = 2, MaxKeyBytes = 3, MaxValueBytes = 5, MaxEvents = 1, MaxLinks = 1 });
        var payload = Request(s => s.Text(5, "name").Varint(10, 1)
            .Message(9, Pair("long key", "x")).Message(9, Pair("k", "too long")).Message(9, Pair("a", "x"))
            .Message(9, a => a.Text(1, "l").Message(2, v => v.Message(5, x => x.Message(1, e => e.Text(1, "too long")))))
            .Message(9, a => a.Text(1, "m").Message(2, v => v.Message(6, x => x.Message(1, e => e.Text(1, "too long")))))
            .Message(9, Pair("b", "y")).Message(9, Pair("c", "z"))
            .Message(11, e => e.Text(2, "e1")).Message(11, e => e.Text(2, "e2")).Message(11, e => e.Text(2, "too long"))
            .Message(13, l => l.Bytes(1, TraceId).Bytes(2, SpanId)).Message(13, l => l.Bytes(1, TraceId).Bytes(2, SpanId)));
        var (result, batch) = small.ReadSlice(payload);
        Assert.Equal((null, 0), (result.Error, result.RejectedSpans));
        Assert.Equal((2, 6u), (batch.Spans.Attributes[0].Count, batch.Spans.DroppedAttributesCounts[0]));
        Assert.Equal((1, 2u), (batch.Spans.Events[0].Count, batch.Spans.DroppedEventsCounts[0]));
        Assert.Equal((1, 1u), (batch.Spans.Links[0].Count, batch.Spans.DroppedLinksCounts[0]));

        (result, batch) = small.ReadSlice(Request(s => s.Text(5, "too long")));
        Assert.Equal((1, OtlpErrors.TextTooLong), (result.RejectedSpans, result.RejectionReason));
        (result, batch) = small.ReadSlice(new ProtoWriter().Message(1, rs => rs.Text(3, "too long").Message(2, ss => ss.Message(2, ValidSpan()))).ToArray());
        Assert.Equal((1, OtlpErrors.TextTooLong, 0), (result.RejectedSpans, result.RejectionReason, batch.Count));
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    [InlineData(10_000, false)]
    public void NestingIsBounded(int levels, bool accepted)
    {
        byte[] value = [];
        for (int i = 0; i < levels; i++)
        {
            byte[] inner = value;
            // Alternately an array and a map, so that both count.
            value = i % 2 == 0
                ? new ProtoWriter().Message(5, x => x.Bytes(1, inner)).ToArray()
                : new ProtoWriter().Message(6, x => x.Message(1, p => p.Bytes(2, inner))).ToArray();
        }
        var (result, batch) = reader.ReadSlice(Request(s => s.Message(9, a => a.Text(1, "k").Bytes(2, value))));
        Assert.Equal(accepted ? null : OtlpErrors.TooDeep, result.Error);
        Assert.Equal(accepted ? 1 : 0, batch.Count);
    }

    [Fact]
    public void BrokenUtf8AnywhereIsMalformed()
    {
        byte[] bad = [0x61, 0xC3, 0x28];
        Assert.Equal(OtlpErrors.InvalidUtf8, reader.ReadSlice(Request(s => s.Bytes(5, bad))).Result.Error);
        Assert.Equal(OtlpErrors.InvalidUtf8, reader.ReadSlice(Request(s => s.Bytes(5, bad).Text(5, "good"))).Result.Error);
        Assert.Equal(OtlpErrors.InvalidUtf8, reader.ReadSlice(Request(s => s.Message(9, a => a.Bytes(1, bad)))).Result.Error);
        Assert.Equal(OtlpErrors.InvalidUtf8, reader.ReadSlice(Request(s => s.Message(9, a => a.Text(1, "k").Message(2, v => v.Bytes(1, bad))))).Result.Error);
        Assert.Equal(OtlpErrors.InvalidUtf8, reader.ReadSlice(Request(s => s.Message(9, a => a.Text(1, "k").Message(2, v => v.Message(5, x => x.Message(1, e => e.Bytes(1, bad))))))).Result.Error);
        // The same bytes were seen as bytes, where they are legal, before.
        var sameAsBytes = Request(s => s.Message(9, a => a.Text(1, "k").Message(2, v => v.Bytes(7, bad))).Message(9, a => a.Text(1, "k").Message(2, v => v.Bytes(1, bad))));
        Assert.Equal(OtlpErrors.InvalidUtf8, reader.ReadSlice(sameAsBytes).Result.Error);
    }

    [Theory]
    [InlineData(new byte[] { 0x0A })] // no length
    [InlineData(new byte[] { 0x0A, 0x05, 0x0A })] // shorter than its length
    [InlineData(new byte[] { 0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 })] // length −1
    [InlineData(new byte[] { 0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x00 })] // length int.MaxValue
    [InlineData(new byte[] { 0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 })] // varint of 11 bytes
    [InlineData(new byte[] { 0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02 })] // varint over 64 bits
    [InlineData(new byte[] { 0x02, 0x00 })] // field number 0
    [InlineData(new byte[] { 0x0E })] // wire type 6
    [InlineData(new byte[] { 0x0C })] // end of a group that was not begun
    [InlineData(new byte[] { 0x1B, 0x24 })] // a group that ends otherwise
    [InlineData(new byte[] { 0x1B, 0x08, 0x01 })] // a group that does not end
    [InlineData(new byte[] { 0x09, 1, 2, 3 })] // a fixed64 cut off
    public void MalformedBytesAreRefused(byte[] payload)
    {
        var (result, batch) = reader.ReadSlice(payload);
        Assert.Equal(OtlpErrors.MalformedProtobuf, result.Error);
        Assert.Equal(0, batch.Count);
    }

    [Fact]
    public void ACutAnywhereIsRefusedOrLeavesWholeSpans()
    {
        var expected = new SpanGenerator(5).Batch(6);
        byte[] payload = OtlpProtobufEncoder.Encode(expected);
        var all = SpanText.Sorted(expected);
        for (int length = 0; length < payload.Length; length++)
        {
            var (result, batch) = reader.ReadSlice(payload[..length]);
            Assert.True(result.Error is not null || SpanText.Sorted(batch).TrueForAll(all.Contains));
        }
    }

    private SpanBatch Accepted(byte[] payload)
    {
        var (result, batch) = reader.ReadSlice(payload);
        Assert.Equal((null, 0, null), (result.Error, result.RejectedSpans, result.RejectionReason));
        var slow = new SlowProtobufReader();
        Assert.True(slow.TryRead(payload));
        Assert.Equal(SpanText.Sorted(slow.Batch), SpanText.Sorted(batch));
        return batch;
    }

    private static ProtoWriter ValidSpan() => new ProtoWriter().Bytes(1, TraceId).Bytes(2, SpanId);

    private static byte[] Request(Action<ProtoWriter> write)
    {
        var span = ValidSpan();
        write(span);
        return new ProtoWriter().Message(1, rs => rs.Message(2, ss => ss.Message(2, span))).ToArray();
    }

    private static Action<ProtoWriter> Pair(string key, string value) =>
        a => a.Bytes(1, Encoding.UTF8.GetBytes(key)).Message(2, v => v.Text(1, value));
}
