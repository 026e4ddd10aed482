using System.Globalization;
using Clew.Core.Columns;
using Clew.Ingest.Otlp;
using Clew.Ingest.Otlp.Protobuf;
using Clew.Testing;

namespace Clew.Ingest.Tests.Otlp;

/// <summary>What the walk remembers of attributes never shows: spans that repeat keys, values and orders in every way, read as the slow reader does.</summary>
public class OtlpKnownAttributesTests
{
    [Theory]
    [InlineData(3)] // nearly always known
    [InlineData(40)]
    [InlineData(300)] // more than are remembered
    public void RepeatedKeysAndValuesInAnyOrderAreReadAsTheSlowReaderReadsThem(int keys)
    {
        var random = new Random(keys);
        string[] names = [.. Enumerable.Range(0, keys).Select(i => i % 17 == 16
            ? new string('k', 120 + (i % 13)) // around the length that takes two bytes
            : "key." + i.ToString(CultureInfo.InvariantCulture)), ""];
        var reader = new OtlpProtobufReader(new OtlpOptions());
        for (int round = 0; round < 60; round++)
        {
            string[][] shapes = [.. Enumerable.Range(0, 4).Select(_ => random.GetItems(names, random.Next(12)))];
            var request = new ProtoWriter().Message(1, rs => rs.Message(2, ss =>
            {
                for (ulong id = 1; id <= 40; id++)
                {
                    ss.Message(2, span => Span(span, id, shapes[random.Next(shapes.Length)], random));
                }
            })).ToArray();
            var (result, batch) = reader.ReadSlice(request);
            var slow = new SlowProtobufReader();
            Assert.True(slow.TryRead(request));
            Assert.True(result.IsValid);
            Assert.Equal(SpanText.Sorted(slow.Batch), SpanText.Sorted(batch));
        }
    }

    // Around every length at which the comparison or the form of a length changes; values that differ from the one before in one byte.
    [Fact]
    public void KeysAndValuesOfEveryLengthAreReadAsTheSlowReaderReadsThem()
    {
        var reader = new OtlpProtobufReader(new OtlpOptions());
        for (int length = 0; length < 300; length++)
        {
            var random = new Random(length);
            string key = new('k', Math.Min(length, 140));
            var request = new ProtoWriter().Message(1, rs => rs.Message(2, ss =>
            {
                char[] value = [.. Enumerable.Repeat('v', length)];
                for (ulong id = 1; id <= 24; id++)
                {
                    if (length > 0 && id % 3 != 0)
                    {
                        value[random.Next(length)] = (char)('a' + random.Next(3));
                    }
                    string other = length == 0 ? "" : string.Concat(key.AsSpan(0, key.Length - 1), id % 2 == 0 ? "x" : "y");
                    ss.Message(2, span =>
                    {
                        Ids(span, id);
                        span.Message(9, Text(key, new string(value))).Message(9, Text(other, new string(value))).Fixed32(16, (uint)id * 0x01010101);
                    });
                }
            })).ToArray();
            var (result, batch) = reader.ReadSlice(request);
            var slow = new SlowProtobufReader();
            Assert.True(slow.TryRead(request));
            Assert.True(result.IsValid);
            Assert.Equal(SpanText.Sorted(slow.Batch), SpanText.Sorted(batch));
            Assert.Equal(0x18181818u, batch.Spans.Flags[23]);
        }
    }

    [Fact]
    public void BoundsHoldForKnownAttributesToo()
    {
        var reader = new OtlpProtobufReader(new OtlpOptions { MaxAttributes = 2, MaxKeyBytes = 3, MaxValueBytes = 5 });
        var request = new ProtoWriter().Message(1, rs => rs.Message(2, ss =>
        {
            for (ulong id = 1; id <= 3; id++)
            {
                ss.Message(2, span =>
                {
                    Ids(span, id);
                    span.Message(9, Text("long", "x")).Message(9, Text("a", "too long")).Message(9, Text("a", "1"))
                        .Message(9, Text("b", "2")).Message(9, Text("c", "3"));
                });
            }
        })).ToArray();
        var (result, batch) = reader.ReadSlice(request);
        Assert.True(result.IsValid);
        for (int row = 0; row < 3; row++)
        {
            Assert.Equal((2, 3u), (batch.Spans.Attributes[row].Count, batch.Spans.DroppedAttributesCounts[row]));
            int first = batch.Spans.Attributes[row].Start;
            Assert.Equal("a"u8, batch.Strings[batch.Attributes.Keys[first]]);
            Assert.Equal("1"u8, batch.Strings[(int)batch.Attributes.Values[first]]);
            Assert.Equal("b"u8, batch.Strings[batch.Attributes.Keys[first + 1]]);
        }
    }

    private static void Span(ProtoWriter span, ulong id, string[] keys, Random random)
    {
        Ids(span, id);
        foreach (string key in keys)
        {
            span.Message(9, Value(key, random));
        }
        if (random.Next(4) == 0)
        {
            span.Message(11, e => e.Text(2, "event").Message(3, Value(keys.Length > 0 ? keys[0] : "k", random)));
        }
    }

    private static void Ids(ProtoWriter span, ulong id)
    {
        byte[] trace = new byte[16];
        trace[15] = 1;
        byte[] own = new byte[8];
        own[7] = (byte)id;
        span.Bytes(1, trace).Bytes(2, own);
    }

    private static ProtoWriter Text(string key, string value) => new ProtoWriter().Text(1, key).Message(2, v => v.Text(1, value));

    private static ProtoWriter Value(string key, Random random)
    {
        ulong small = (ulong)random.Next(3);
        var value = new ProtoWriter();
        switch (random.Next(9))
        {
            case 0:
                value.Varint(2, small & 1);
                break;
            case 1:
                value.Varint(3, small * 1_000_003);
                break;
            case 2:
                value.Fixed64(4, small << 60);
                break;
            case 3:
                value.Bytes(7, [(byte)small, 0xFF]);
                break;
            case 4:
                value.Message(5, array => array.Message(1, e => e.Varint(3, small)));
                break;
            case 5:
                value.Varint(2, 2 + small); // legal, and not the usual form
                break;
            default:
                value.Text(1, new string('v', (int)small * 70));
                break;
        }
        var pair = new ProtoWriter();
        return random.Next(20) switch
        {
            0 => pair.Message(2, value).Text(1, key), // the other way round
            1 => pair.Text(1, key),
            2 => pair.Text(1, "first").Text(1, key).Message(2, value),
            _ => pair.Text(1, key).Message(2, value),
        };
    }
}
