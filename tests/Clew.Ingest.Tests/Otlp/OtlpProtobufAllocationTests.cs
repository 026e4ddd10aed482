using System.Diagnostics;
using System.Globalization;
using Clew.Core.Columns;
using Clew.Ingest.Otlp;
using Clew.Ingest.Otlp.Protobuf;

namespace Clew.Ingest.Tests.Otlp;

public class OtlpProtobufAllocationTests(ITestOutputHelper output)
{
    [Fact]
    public void ReadingAllocatesNothingOnceTheBatchHasItsSize()
    {
        byte[] payload = LoadPayload.Create(500);
        var reader = new OtlpProtobufReader(new OtlpOptions());
        var batch = new SpanBatch();
        for (int i = 0; i < 3; i++)
        {
            Assert.True(reader.Read(new ArraySegment<byte>(payload), batch).IsValid);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        reader.Read(new ArraySegment<byte>(payload), batch);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(500, batch.Count);
        Assert.Equal(0, allocated);

        // The figure is printed, not asserted: it depends on the build and the machine.
        int rounds = Environment.GetEnvironmentVariable("CLEW_MEASURE") is null ? 20 : 4000;
        var best = TimeSpan.MaxValue;
        for (int run = 0; run < 5; run++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < rounds; i++)
            {
                reader.Read(new ArraySegment<byte>(payload), batch);
            }
            var time = Stopwatch.GetElapsedTime(start);
            best = time < best ? time : best;
        }
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{best.TotalNanoseconds / rounds / 500:F0} ns a span of {payload.Length / 500} bytes"));
    }
}
