using System.Buffers.Binary;
using Clew.Ingest.Otlp;
using Clew.Ingest.Otlp.Protobuf;
using Clew.Testing;

namespace Clew.Ingest.Tests.Otlp;

/// <summary>Spans whose fields begin in the order in which senders write them, as far as that goes, and then in any other.</summary>
public class OtlpUsualOrderTests
{
    [Fact]
    public void FieldsInTheUsualOrderAndBesideItAreReadAsTheSlowReaderReadsThem()
    {
        var reader = new OtlpProtobufReader(new OtlpOptions());
        int refused = 0;
        int rejected = 0;
        for (int seed = 0; seed < 4000; seed++)
        {
            var random = new Random(seed);
            var request = new ProtoWriter().Message(1, rs => rs.Message(2, ss =>
            {
                for (int spans = random.Next(1, 5); spans > 0; spans--)
                {
                    ss.Message(2, span => Span(span, random));
                }
            })).ToArray();
            var (result, batch) = reader.ReadSlice(request);
            var slow = new SlowProtobufReader();
            Assert.Equal(slow.TryRead(request), result.IsValid);
            if (result.IsValid)
            {
                Assert.Equal(slow.Rejected, result.RejectedSpans);
                Assert.Equal(SpanText.Sorted(slow.Batch), SpanText.Sorted(batch));
                rejected += result.RejectedSpans > 0 ? 1 : 0;
            }
            else
            {
                refused++;
            }
        }
        Assert.InRange(refused, 40, 2000);
        Assert.InRange(rejected, 40, 2000);
    }

    // Each field mostly once and in its place; now and then left out, of another length, twice, or at the end once more.
    private static void Span(ProtoWriter span, Random random)
    {
        List<Action> fields =
        [
            () => span.Bytes(1, Id(random, 16)),
            () => span.Bytes(2, Id(random, 8)),
            () => span.Bytes(4, Id(random, 8)),
            () => Name(span, random),
            () => span.Varint(6, (ulong)random.Next(random.Next(5) == 0 ? 300 : 6)),
            () => span.Fixed64(7, (ulong)random.NextInt64()),
            () => span.Fixed64(8, (ulong)random.NextInt64()),
        ];
        if (random.Next(4) == 0)
        {
            fields.RemoveAt(random.Next(fields.Count));
        }
        if (random.Next(4) == 0)
        {
            (fields[0], fields[^1]) = (fields[^1], fields[0]);
        }
        if (random.Next(4) == 0)
        {
            fields.Insert(random.Next(fields.Count), fields[random.Next(fields.Count)]);
        }
        fields.ForEach(static write => write());
        for (int i = random.Next(8); i > 0; i--)
        {
            span.Message(9, kv => kv.Text(1, "key." + random.Next(3)).Message(2, v => v.Text(1, new string('v', random.Next(80)))));
        }
        if (random.Next(3) == 0)
        {
            fields[random.Next(fields.Count)]();
        }
    }

    private static void Name(ProtoWriter span, Random random)
    {
        byte[] name = new byte[random.Next(random.Next(4) == 0 ? 300 : 40)];
        name.AsSpan().Fill((byte)'n');
        if (name.Length > 0 && random.Next(30) == 0)
        {
            name[random.Next(name.Length)] = 0xFF; // no UTF-8
        }
        span.Bytes(5, name);
    }

    private static byte[] Id(Random random, int size)
    {
        byte[] id = new byte[random.Next(20) == 0 ? random.Next(20) : size];
        if (id.Length >= 8)
        {
            BinaryPrimitives.WriteInt64BigEndian(id.AsSpan(id.Length - 8), random.Next(50));
        }
        return id;
    }
}
