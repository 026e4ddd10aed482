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
        // The least of several: an allocation of the walk recurs with every reading, one of the runtime, such as for a method that it
        // compiled anew meanwhile, does not.
        long allocated = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            reader.Read(new ArraySegment<byte>(payload), batch);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(500, batch.Count);
        Assert.Equal(0, allocated);

        // The figure is printed, not asserted: it depends on the build and the machine.
        // The best of many short runs, as long ones are interrupted.
        const int rounds = 10;
        int runs = Environment.GetEnvironmentVariable("CLEW_MEASURE") is null ? 5 : 2000;
        var best = TimeSpan.MaxValue;
        for (int run = 0; run < runs; run++)
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
