using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Clew.Load.Replay;

/// <summary>A trace in Jaeger's JSON, as its API answers it.</summary>
internal sealed record RecordedTrace(JsonNode[] Spans, JsonObject Processes)
{
    /// <summary>True where a span without a parent has that name.</summary>
    public bool BeginsWith(string operation) => Array.Exists(
        Spans, span => (string?)span["operationName"] == operation && (span["references"] as JsonArray)?.Any(
            static reference => (string?)reference!["refType"] == "CHILD_OF") != true);

    /// <summary>Reads files with one API document in each line, gzipped or not.</summary>
    public static IEnumerable<RecordedTrace> Read(string path)
    {
        string[] files = File.Exists(path) ? [path] : [.. Directory.GetFiles(path, "*.jsonl*").Order(StringComparer.Ordinal)];
        foreach (string file in files)
        {
            using var raw = File.OpenRead(file);
            using var reader = new StreamReader(file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(raw, CompressionMode.Decompress) : raw);
            while (reader.ReadLine() is { } line)
            {
                foreach (var trace in line.Length > 0 ? JsonNode.Parse(line)!["data"]!.AsArray() : [])
                {
                    JsonNode[] spans = [.. trace!["spans"]!.AsArray().Select(span => span!)];
                    if (spans.Length > 0)
                    {
                        yield return new RecordedTrace(spans, trace["processes"]!.AsObject());
                    }
                }
            }
        }
    }
}
