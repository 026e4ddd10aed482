using System.Globalization;
using Clew.Core.Columns;
using Clew.Ingest.Otlp;
using Clew.Ingest.Otlp.Protobuf;
using Clew.Testing;

namespace Clew.Ingest.Tests.Otlp;

/// <summary>Damaged payloads: the walk answers, agrees with the slow obvious reader, and its batch is readable in full.</summary>
public class OtlpProtobufFuzzTests
{
    internal static int Payloads => int.Parse(Environment.GetEnvironmentVariable("CLEW_FUZZ_PAYLOADS") ?? "20000", CultureInfo.InvariantCulture);

    [Fact]
    public void DamagedPayloadsAreReadAsTheSlowReaderReadsThem()
    {
        var corpus = Enumerable.Range(0, 64).Select(seed => OtlpProtobufEncoder.Encode(new SpanGenerator(seed).Batch(1 + (seed % 4)))).ToList();
        corpus.Add(LoadPayload.Create(2));
        var mutator = new PayloadMutator(20261121, corpus);
        var reader = new OtlpProtobufReader(new OtlpOptions());
        var batch = new SpanBatch();
        int valid = 0;
        int n = Payloads;
        for (int i = 0; i < n; i++)
        {
            byte[] payload = mutator.Next();
            var (result, _) = reader.ReadSlice(payload, batch);
            var slow = new SlowProtobufReader();
            bool expected = slow.TryRead(payload);
            if (expected != result.IsValid)
            {
                Assert.Fail($"Payload {i}: expected valid {expected}, was {result.Error}: {Convert.ToHexString(payload)}");
            }
            var lines = SpanText.Sorted(batch);
            if (result.IsValid)
            {
                valid++;
                if (slow.Rejected != result.RejectedSpans || !SpanText.Sorted(slow.Batch).SequenceEqual(lines))
                {
                    Assert.Fail($"Payload {i}: other spans: {Convert.ToHexString(payload)}");
                }
            }
        }
        // A fuzz run in which everything is refused proves nothing, nor one in which nothing is.
        Assert.InRange(valid, n / 20, n - (n / 20));
    }
}
