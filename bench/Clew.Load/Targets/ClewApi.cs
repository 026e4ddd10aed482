using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;

namespace Clew.Load.Targets;

/// <summary>Clew's own API, as far as the measurement needs it.</summary>
internal sealed class ClewApi(Uri root) : IDisposable
{
    private const int SpanCountAt = 8; // docs/api/own.md, the skeleton's header

    private readonly HttpClient http = new() { BaseAddress = root, Timeout = TimeSpan.FromSeconds(60) };

    public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await BytesAsync(path))!;

    /// <summary>The answer's bytes.</summary>
    /// <exception cref="HttpRequestException">Any status but 200.</exception>
    public async Task<byte[]> BytesAsync(string path)
    {
        using var response = await http.GetAsync(new Uri("/api/clew/v1" + path, UriKind.Relative));
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        return response.StatusCode == HttpStatusCode.OK
            ? body
            : throw new HttpRequestException($"{path}: {(int)response.StatusCode} {System.Text.Encoding.UTF8.GetString(body)}", null, response.StatusCode);
    }

    /// <summary>The answer's bytes; null where it is 404.</summary>
    /// <exception cref="HttpRequestException">Any other status but 200.</exception>
    public async Task<byte[]?> FindAsync(string path)
    {
        try
        {
            return await BytesAsync(path);
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Spans of a trace; 0 where it is not known.</summary>
    public async Task<int> SpanCountAsync(string traceId) =>
        await FindAsync($"/traces/{traceId}/skeleton") is { } bytes ? (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(SpanCountAt)) : 0;

    public async Task<ClewStatus> StatusAsync()
    {
        var status = await GetAsync("/status");
        return new ClewStatus(
            (long)status["spans"]!["received"]!, (long)status["spans"]!["stored"]!, (long)status["spans"]!["open"]!,
            (long)status["storage"]!["bytes"]!, (int)status["storage"]!["segments"]!, (long)status["storage"]!["journalBytes"]!,
            (string)status["health"]!["state"]!, string.Join(" ", status["health"]!["messages"]!.AsArray().Select(message => (string?)message)));
    }

    /// <summary>Waits until no trace is open and segments have not changed for a while. Returns when that state began.</summary>
    /// <exception cref="TimeoutException">It did not come to rest.</exception>
    public async Task<(ClewStatus Status, TimeSpan After)> SettleAsync(TimeSpan patience)
    {
        var rest = TimeSpan.FromSeconds(5);
        var watch = Stopwatch.StartNew();
        var last = await StatusAsync();
        var since = watch.Elapsed;
        while (last.Open > 0 || watch.Elapsed - since < rest)
        {
            if (watch.Elapsed > patience)
            {
                throw new TimeoutException($"Not settled after {patience}: {last}");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(250));
            var next = await StatusAsync();
            if (next != last)
            {
                (last, since) = (next, watch.Elapsed);
            }
        }
        return (last, since);
    }

    public void Dispose() => http.Dispose();
}

/// <summary>What <c>/status</c> says.</summary>
internal sealed record ClewStatus(long Received, long Stored, long Open, long Bytes, int Segments, long JournalBytes, string Health, string Messages);
