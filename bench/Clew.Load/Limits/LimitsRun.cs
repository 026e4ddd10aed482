using System.Diagnostics;
using Clew.Core.Columns;
using Clew.Ingest.Otlp;
using Clew.Ingest.Otlp.Protobuf;
using Clew.Load.Measuring;
using Clew.Load.Payloads;

namespace Clew.Load.Limits;

/// <summary>What the machine allows on the same payloads, one thread each: the yardsticks beside a result.</summary>
internal static class LimitsRun
{
    private const int Payloads = 2_000;
    private const int PayloadsPerSync = 4; // as many as there are connections

    public static void Add(Report report, LoadPlan plan, string directory)
    {
        byte[][] payloads = [.. plan.Payloads.SelectMany(parts => parts).Select((template, i) => Fresh(template, plan.Seed, i))];
        double millions = Payloads * LoadPlan.SpansPerPayload / 1e6;
        byte[] copy = new byte[payloads.Max(payload => payload.Length)];
        var batch = new SpanBatch();
        var reader = new OtlpProtobufReader(new OtlpOptions());

        report.Add("limit: memory copy", Cpu(i => Pick(payloads, i).CopyTo(copy, 0)) / millions, "s/M spans");
        report.Add("limit: walk alone", Cpu(i => WireWalk.Count(Pick(payloads, i))) / millions, "s/M spans");
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        double walk = Cpu(i => reader.Read(new ArraySegment<byte>(Pick(payloads, i)), batch));
        report.Add("limit: walk and interning", walk / millions, "s/M spans",
            $"{(GC.GetAllocatedBytesForCurrentThread() - allocated) / (2.0 * Payloads * LoadPlan.SpansPerPayload):0.00} B/span allocated");
        var (syncs, rate, cpu) = SyncedWrites.Run(directory, payloads[0], PayloadsPerSync, Payloads);
        report.Add("limit: fdatasync after 4 payloads", rate / plan.BytesPerSpan, "spans/s", $"{rate / 1e6:0} MB/s");
        report.Add("limit: one such fdatasync", syncs);
        report.Add("limit: CPU of writing and syncing", cpu / millions, "s/M spans");
    }

    private static byte[] Pick(byte[][] payloads, int i) => payloads[i % payloads.Length];

    private static byte[] Fresh(PayloadTemplate template, ulong seed, int i)
    {
        byte[] payload = [.. template.Bytes];
        Patcher.Apply(payload, template.Patches, seed, i * 1024L, 1_800_000_000_000_000_000);
        return payload;
    }

    /// <summary>CPU seconds of the second of two rounds; the first one compiles.</summary>
    private static double Cpu(Action<int> work)
    {
        var start = TimeSpan.Zero;
        for (int round = 0; round < 2; round++)
        {
            start = Process.GetCurrentProcess().TotalProcessorTime;
            for (int i = 0; i < Payloads; i++)
            {
                work(i);
            }
        }
        return (Process.GetCurrentProcess().TotalProcessorTime - start).TotalSeconds;
    }
}
