using System.Text.Json.Nodes;
using Clew.Load.Payloads;

namespace Clew.Load.Replay;

/// <summary>Packs recorded traces into payloads of about 500 spans, whole traces each, to be sent round and round with fresh ids and times.</summary>
internal static class ReplayPlan
{
    /// <param name="path">A file, or a directory of files.</param>
    /// <param name="seed">Of the fresh ids.</param>
    /// <exception cref="UsageException">There is no trace in it.</exception>
    public static LoadPlan Load(string path, int seed)
    {
        var payloads = new List<(List<TraceShape>, PayloadTemplate)>();
        var block = new List<RecordedTrace>();
        foreach (var trace in RecordedTrace.Read(path))
        {
            block.Add(trace);
            if (block.Sum(each => each.Spans.Length) >= LoadPlan.SpansPerPayload)
            {
                payloads.Add(Payload(block));
                block.Clear();
            }
        }
        if (block.Count > 0)
        {
            payloads.Add(Payload(block));
        }
        return payloads.Count > 0 ? new LoadPlan(payloads, seed) : throw new UsageException($"{path}: no traces.");
    }

    private static (List<TraceShape>, PayloadTemplate) Payload(List<RecordedTrace> traces)
    {
        var request = new WireBuffer();
        var patches = new List<SpanPatch>();
        for (int i = 0; i < traces.Count; i++)
        {
            Trace(request, patches, i, traces[i]);
        }
        // Only how many spans a trace has is asked for later.
        return ([.. traces.Select(trace => new TraceShape(new ShapeSpan[trace.Spans.Length]))], new PayloadTemplate(request.ToArray(), [.. patches]));
    }

    private static void Trace(WireBuffer request, List<SpanPatch> patches, int number, RecordedTrace trace)
    {
        var index = new Dictionary<string, int>();
        foreach (var span in trace.Spans)
        {
            index.TryAdd((string)span["spanID"]!, index.Count);
        }
        long end = trace.Spans.Max(span => (long)span["startTime"]! + (long)span["duration"]!);
        foreach (var process in trace.Spans.GroupBy(span => (string)span["processID"]!))
        {
            var scopeSpans = new WireBuffer();
            var own = new List<SpanPatch>();
            foreach (var span in process)
            {
                var (bytes, patch) = RecordedSpanWriter.Write(number, span, index, end);
                own.Add(patch.Moved(scopeSpans.Bytes(2, bytes.ToArray())));
            }
            var sender = trace.Processes[process.Key];
            var resource = new WireBuffer();
            resource.Attribute(1, "service.name", (string?)sender?["serviceName"] ?? "unknown");
            RecordedSpanWriter.Attributes(resource, 1, sender?["tags"] as JsonArray ?? []);
            var resourceSpans = new WireBuffer();
            resourceSpans.Bytes(1, resource.ToArray());
            int inResource = resourceSpans.Bytes(2, scopeSpans.ToArray());
            int inRequest = request.Bytes(1, resourceSpans.ToArray());
            patches.AddRange(own.Select(patch => patch.Moved(inResource + inRequest)));
        }
    }
}
