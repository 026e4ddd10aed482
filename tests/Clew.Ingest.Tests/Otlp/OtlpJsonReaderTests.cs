using System.Text;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Ingest.Otlp;
using Clew.Ingest.Otlp.Json;
using Clew.Testing;

namespace Clew.Ingest.Tests.Otlp;

public class OtlpJsonReaderTests
{
    private const string Ids = "\"traceId\":\"0102030405060708090a0b0c0d0e0f10\",\"spanId\":\"0102030405060708\"";

    private readonly OtlpJsonReader reader = new(new OtlpOptions());

    [Fact]
    public void WholeModelIsReadBack()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var expected = new SpanGenerator(seed).Batch(1 + (seed % 40));
            byte[] payload = new OtlpJsonEncoder(expected, seed % 4 == 0 ? null : seed).Encode();
            var (result, batch) = reader.ReadSlice(payload);
            Assert.Equal((null, 0, null), (result.Error, result.RejectedSpans, result.RejectionReason));
            Assert.Equal(SpanText.Sorted(expected), SpanText.Sorted(batch));
        }
    }

    [Fact]
    public void NullIsAbsentEverywhere()
    {
        var batch = Accepted(Request("""
            #IDS,"name":null,"parentSpanId":null,"kind":null,"attributes":[null,{"key":"k","value":{"stringValue":null,"intValue":1}},{"key":null,"value":null}],
            "events":null,"links":[null],"status":null,"startTimeUnixNano":null
            """));
        Assert.Equal(2, batch.Spans.Attributes[0].Count);
        Assert.Equal(AttributeValue.Of(1L), batch.Value(0));
        Assert.Equal(AttributeValue.Empty, batch.Value(1));
        Accepted("""{"resourceSpans":null}""", spans: 0);
        Accepted("""{"resourceSpans":[null,{"resource":null,"scopeSpans":[null,{"scope":null,"spans":[null]}]}]}""", spans: 0);
        Accepted("{}", spans: 0);
    }

    [Fact]
    public void NamesSeenTwiceTakeTheLast()
    {
        var batch = Accepted("""
            {"resourceSpans":[{"scopeSpans":[{"spans":[{}]}]}],
             "resourceSpans":[{"resource":{"attributes":[{"key":"a","value":{"intValue":1}}]},
               "scopeSpans":[{"spans":[{#IDS}]},{"spans":[{#IDS}]}],
               "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"x","stringValue":"shop"}}]},
               "scopeSpans":[{"spans":[{#IDS}],"spans":[{#IDS,"name":"a","name":"b",
                  "attributes":[{"key":"a"}],"attributes":[{"key":"b","value":{"arrayValue":{"values":[{"intValue":1}],"values":[{"intValue":"2"}]}}}],
                  "events":[{},{}],"events":[{"name":"e"}]}]}]}]}
            """);
        Assert.Equal("shop", batch.Text(batch.ServiceName(0)));
        Assert.Equal("b", batch.Text(batch.Spans.Names[0]));
        Assert.Equal((1, 1), (batch.Spans.Attributes[0].Count, batch.Spans.Events[0].Count));
        Assert.Equal(AttributeValue.Of(AttributeType.Array, [0x0A, 2, 0x18, 2]), batch.Value(batch.Spans.Attributes[0].Start));
        Assert.Equal("e", batch.Text(batch.Events.Names[batch.Spans.Events[0].Start]));
        Assert.Equal((1, 1), (batch.Resources.Count, batch.Scopes.Count));
    }

    [Theory]
    [InlineData("\"NaN\"", double.NaN)]
    [InlineData("\"Infinity\"", double.PositiveInfinity)]
    [InlineData("\"-Infinity\"", double.NegativeInfinity)]
    [InlineData("\"1.5e3\"", 1500.0)]
    [InlineData("-0.0", -0.0)]
    [InlineData("7", 7.0)]
    public void DoublesComeInEveryForm(string text, double expected) =>
        Assert.Equal(AttributeValue.Of(expected), Accepted(Request("""#IDS,"attributes":[{"key":"d","value":{"doubleValue":#TEXT}}]""".Replace("#TEXT", text, StringComparison.Ordinal))).Value(0));

    [Theory]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("\"-9223372036854775808\"", long.MinValue)]
    [InlineData("1e3", 1000)]
    [InlineData("\"5.0\"", 5)]
    [InlineData("\"\\u0037\"", 7)]
    public void IntegersComeInEveryForm(string text, long expected) =>
        Assert.Equal(AttributeValue.Of(expected), Accepted(Request("""#IDS,"attributes":[{"key":"i","value":{"intValue":#TEXT}}]""".Replace("#TEXT", text, StringComparison.Ordinal))).Value(0));

    [Theory]
    [InlineData("AP8=")]
    [InlineData("AP8")]
    [InlineData("\\u0041P8=")]
    public void BytesAreBase64(string text) =>
        Assert.Equal(
            AttributeValue.Of(AttributeType.Bytes, [0, 255]),
            Accepted(Request("""#IDS,"attributes":[{"key":"b","value":{"bytesValue":"#TEXT"}}]""".Replace("#TEXT", text, StringComparison.Ordinal))).Value(0));

    [Fact]
    public void EnumNamesAndUnknownNumbersAreUnderstood()
    {
        var batch = Accepted(Request("""#IDS,"kind":"SPAN_KIND_CLIENT","status":{"code":"STATUS_CODE_ERROR"}"""));
        Assert.Equal((SpanKind.Client, StatusCode.Error), (batch.Spans.Kinds[0], batch.Spans.StatusCodes[0]));
        batch = Accepted(Request("""#IDS,"kind":99,"status":{"code":-1}"""));
        Assert.Equal((SpanKind.Unspecified, StatusCode.Unset), (batch.Spans.Kinds[0], batch.Spans.StatusCodes[0]));
    }

    [Theory]
    [InlineData("\"traceId\":\"\",\"spanId\":\"0102030405060708\"", OtlpErrors.InvalidTraceId)]
    [InlineData("\"spanId\":\"0102030405060708\"", OtlpErrors.InvalidTraceId)]
    [InlineData("\"traceId\":\"00000000000000000000000000000000\",\"spanId\":\"0102030405060708\"", OtlpErrors.InvalidTraceId)]
    [InlineData("\"traceId\":\"AQIDBAUGBwgJCgsMDQ4PEA==\",\"spanId\":\"0102030405060708\"", OtlpErrors.InvalidTraceId)]
    [InlineData("\"traceId\":\"0102030405060708090a0b0c0d0e0f10\",\"spanId\":\"010203040506070g\"", OtlpErrors.InvalidSpanId)]
    public void InvalidIdsRejectTheirSpanAlone(string span, string reason)
    {
        var (result, batch) = reader.ReadSlice(Bytes(
            """{"resourceSpans":[{"scopeSpans":[{"spans":[{#SPAN,"events":[{"attributes":[{"key":"x"}]}]},{#IDS,"name":"kept"},{#SPAN}]}]}]}""".Replace("#SPAN", span, StringComparison.Ordinal)));
        Assert.Equal((null, 2, reason), (result.Error, result.RejectedSpans, result.RejectionReason));
        Assert.Equal((1, "kept", 0, 0), (batch.Count, batch.Text(batch.Spans.Names[0]), batch.Attributes.Count, batch.Events.Count));
    }

    [Fact]
    public void ParentsAndLinksOfWrongFormAreSaid()
    {
        var (result, batch) = reader.ReadSlice(Bytes(Request("""#IDS,"parentSpanId":"abc","links":[{#IDS},{"traceId":"xyz"}]""")));
        Assert.Equal((null, 0, OtlpErrors.InvalidParent), (result.Error, result.RejectedSpans, result.RejectionReason));
        Assert.Equal((1, 1u), (batch.Spans.Links[0].Count, batch.Spans.DroppedLinksCounts[0]));
        Accepted(Request("""#IDS,"parentSpanId":"0000000000000000" """));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{\"resourceSpans\":{}}")]
    [InlineData("{\"resourceSpans\":[1]}")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"name\":5}]}]}]}")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"startTimeUnixNano\":-1}]}]}]}")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"startTimeUnixNano\":\"18446744073709551616\"}]}]}]}")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"startTimeUnixNano\":1.5}]}]}]}")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"flags\":4294967296}]}]}]}")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"kind\":\"SERVER\"}]}]}]}")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"name\":\"\\ud800\"}]}]}]}")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"attributes\":[{\"value\":{\"doubleValue\":1e999}}]}]}]}]}")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"attributes\":[{\"value\":{\"bytesValue\":\"%%\"}}]}]}]}]}")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"attributes\":[{\"value\":{\"boolValue\":1}}]}]}]}]}")]
    public void MalformedDocumentsAreRefused(string json)
    {
        var (result, batch) = reader.ReadSlice(Bytes(json));
        Assert.StartsWith(OtlpErrors.MalformedJson, result.Error, StringComparison.Ordinal);
        Assert.Equal(0, batch.Count);
    }

    [Fact]
    public void BrokenUtf8IsMalformed()
    {
        byte[] payload = Bytes(Request("""#IDS,"name":"?" """));
        payload[Array.LastIndexOf(payload, (byte)'?')] = 0xC3;
        Assert.Equal(OtlpErrors.InvalidUtf8, reader.ReadSlice(payload).Result.Error);
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    [InlineData(10_000, false)]
    public void NestingIsBounded(int levels, bool accepted)
    {
        string value = "{}";
        var open = new StringBuilder();
        var close = new StringBuilder();
        for (int i = 0; i < levels; i++)
        {
            open.Append("{\"kvlistValue\":{\"values\":[{\"key\":\"k\",\"value\":");
            close.Append("}]}}");
        }
        var (result, batch) = reader.ReadSlice(Bytes(Request("""#IDS,"attributes":[{"key":"k","value":#TEXT}]""".Replace("#TEXT", open.ToString() + value + close, StringComparison.Ordinal))));
        Assert.Equal((accepted, accepted ? 1 : 0), (result.IsValid, batch.Count));
    }

    [Fact]
    public void WhatIsOverABoundIsCounted()
    {
        var small = new OtlpJsonReader(new OtlpOptions { MaxAttributes = 2, MaxKeyBytes = 3, MaxValueBytes = 5, MaxEvents = 1, MaxLinks = 1 });
        var (result, batch) = small.ReadSlice(Bytes(Request("""
            #IDS,"droppedAttributesCount":1,"attributes":[{"key":"long key"},{"key":"k","value":{"stringValue":"too long"}},{"key":"a"},
            {"key":"l","value":{"arrayValue":{"values":[{"stringValue":"too long"}]}}},{"key":"b"},{"key":"c"}],
            "events":[{"name":"e"},{},{"name":"too long"}],"links":[{#IDS},{#IDS}]
            """)));
        Assert.Equal((null, 0), (result.Error, result.RejectedSpans));
        Assert.Equal((2, 5u), (batch.Spans.Attributes[0].Count, batch.Spans.DroppedAttributesCounts[0]));
        Assert.Equal((1, 2u), (batch.Spans.Events[0].Count, batch.Spans.DroppedEventsCounts[0]));
        Assert.Equal((1, 1u), (batch.Spans.Links[0].Count, batch.Spans.DroppedLinksCounts[0]));
        (result, batch) = small.ReadSlice(Bytes("""{"resourceSpans":[{"scopeSpans":[{"spans":[{#IDS}]}],"schemaUrl":"too long"}]}"""));
        Assert.Equal((1, OtlpErrors.TextTooLong, 0), (result.RejectedSpans, result.RejectionReason, batch.Count));
    }

    [Fact]
    public void DamagedPayloadsAreAnswered()
    {
        var corpus = Enumerable.Range(0, 32).Select(seed => new OtlpJsonEncoder(new SpanGenerator(seed).Batch(1 + (seed % 4)), seed).Encode()).ToList();
        var mutator = new PayloadMutator(7, corpus);
        var batch = new SpanBatch();
        int valid = 0;
        int n = OtlpProtobufFuzzTests.Payloads / 2;
        for (int i = 0; i < n; i++)
        {
            valid += reader.ReadSlice(mutator.Next(), batch).Result.IsValid ? 1 : 0;
            SpanText.Sorted(batch);
        }
        Assert.InRange(valid, n / 50, n - (n / 50));
    }

    private SpanBatch Accepted(string payload, int spans = 1)
    {
        var (result, batch) = reader.ReadSlice(Bytes(payload));
        Assert.Equal((null, 0, null), (result.Error, result.RejectedSpans, result.RejectionReason));
        Assert.Equal(spans, batch.Count);
        return batch;
    }

    private static byte[] Bytes(string json) => Encoding.UTF8.GetBytes(json.Replace("#IDS", Ids, StringComparison.Ordinal));

    private static string Request(string span) => """{"resourceSpans":[{"scopeSpans":[{"spans":[{#SPAN}]}]}]}""".Replace("#SPAN", span, StringComparison.Ordinal);
}
