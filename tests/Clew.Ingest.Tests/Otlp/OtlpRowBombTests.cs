using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Clew.Core.Columns;
using Clew.Ingest.Otlp;
using Clew.Ingest.Otlp.Json;
using Clew.Ingest.Otlp.Protobuf;
using Clew.Ingest.Otlp.Receiving;
using Clew.Testing;

namespace Clew.Ingest.Tests.Otlp;

/// <summary>Rows that hold nothing are small on the wire and large in memory.</summary>
public class OtlpRowBombTests
{
    private static readonly OtlpOptions Small = new() { MaxDecodedBytes = 1024 * 1024 };

    public static TheoryData<string, string> Bombs()
    {
        var bombs = new TheoryData<string, string>();
        foreach (string kind in new[] { "events", "links", "attributes", "spans", "rejected spans" })
        {
            bombs.Add(kind, "application/x-protobuf");
            bombs.Add(kind, "application/json");
        }
        return bombs;
    }

    [Theory]
    [MemberData(nameof(Bombs))]
    public async Task APayloadThatOutgrowsItsBoundIs413AndLeavesNothing(string kind, string contentType)
    {
        await using var host = await OtlpHost.StartAsync(Small);
        byte[] bomb = contentType == "application/json" ? Encoding.UTF8.GetBytes(Json(kind)) : Protobuf(kind);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PostAsync(host, contentType, bomb));
        Assert.Empty(host.Intake.Formats);
        Assert.Equal(1, host.Statistics.OversizedPayloads);

        Assert.Equal(HttpStatusCode.OK, await PostAsync(host, "application/x-protobuf", OtlpProtobufEncoder.Encode(new SpanGenerator(1).Batch(50))));
        Assert.Single(host.Intake.Formats);
    }

    [Fact]
    public void ReplayReadsWhatWasAcceptedUnderALargerBound()
    {
        var batch = new SpanBatch();
        Assert.True(new OtlpProtobufReader(Small).Read(Protobuf("events"), batch).IsValid);
        Assert.Equal(60_000, batch.Events.Count);
        Assert.True(new OtlpJsonReader(Small).Read(Encoding.UTF8.GetBytes(Json("events")), batch).IsValid);
        Assert.Equal(60_000, batch.Events.Count);
    }

    [Fact]
    public void RowsOfAllPayloadsShareOneBudgetAndGiveItBack()
    {
        var all = new BufferBudget(100);
        using var first = new RowBudget(all, 80);
        Assert.True(first.TryHold(50));
        Assert.True(first.TryHold(70));
        using (var second = new RowBudget(all, 80))
        {
            Assert.True(second.TryHold(30));
            Assert.False(second.TryHold(31));
            Assert.Equal(PayloadError.NoRoom, second.Error);
        }
        Assert.Equal(30, all.Free);
        Assert.False(first.TryHold(81));
        Assert.Equal(PayloadError.TooLarge, first.Error);
        first.Dispose();
        Assert.Equal(100, all.Free);
    }

    private static byte[] Protobuf(string kind)
    {
        byte[] traceId = [.. Enumerable.Repeat((byte)1, 16)];
        byte[] spanId = [.. Enumerable.Repeat((byte)2, 8)];
        byte[] link = new ProtoWriter().Bytes(1, traceId).Bytes(2, spanId).ToArray();
        byte[] id = new ProtoWriter().Bytes(1, traceId).Bytes(2, spanId).ToArray();
        var spans = new ProtoWriter();
        int count = kind is "spans" or "rejected spans" ? 60_000 : 1;
        for (int i = 0; i < count; i++)
        {
            var span = new ProtoWriter();
            if (kind != "rejected spans")
            {
                span.Append(id);
            }
            else
            {
                // Its name stays in the dictionary when the span goes.
                span.Text(5, Name(i));
            }
            for (int row = 0; row < 60_000 && kind == "events"; row++)
            {
                span.Bytes(11, []);
            }
            for (int row = 0; row < 60_000 && kind == "links"; row++)
            {
                span.Bytes(13, link);
            }
            for (int row = 0; row < 90_000 && kind == "attributes"; row++)
            {
                span.Bytes(9, []);
            }
            spans.Message(2, span);
        }
        return new ProtoWriter().Message(1, resource => resource.Message(2, spans)).ToArray();
    }

    private static string Json(string kind)
    {
        const string Id = """
            "traceId":"01010101010101010101010101010101","spanId":"0202020202020202"
            """;
        string rows = kind switch
        {
            "events" => $$"""{{{Id}},"events":[{{Repeat("{}", 60_000)}}]}""",
            "links" => $$"""{{{Id}},"links":[{{Repeat($"{{{Id}}}", 60_000)}}]}""",
            "attributes" => $$"""{{{Id}},"attributes":[{{Repeat("{}", 90_000)}}]}""",
            "spans" => Repeat($"{{{Id}}}", 60_000),
            _ => string.Join(',', Enumerable.Range(0, 60_000).Select(i => $$"""{"name":"{{Name(i)}}"}""")),
        };
        return $$"""{"resourceSpans":[{"scopeSpans":[{"spans":[{{rows}}]}]}]}""";
    }

    private static string Name(int i) => i.ToString("x6", System.Globalization.CultureInfo.InvariantCulture);

    private static string Repeat(string text, int count) => string.Join(',', Enumerable.Repeat(text, count));

    private static async Task<HttpStatusCode> PostAsync(OtlpHost host, string contentType, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        using var response = await host.Client.PostAsync(new Uri("/v1/traces", UriKind.Relative), content);
        return response.StatusCode;
    }
}
