using System.Net;
using System.Text.Json.Nodes;
using Clew.Load.Targets;

namespace Clew.Load.Crash;

/// <summary>Asks a server for what it acknowledged, by id: all of it, once, unchanged, and nothing that was never sent.</summary>
internal sealed class CrashCheck(CrashRecord record, ClewApi api)
{
    private const int Parallelism = 4; // as many as the server runs at a time
    private const int ConflictingDuplicates = 32;
    private const long ContentShare = 13; // every 13th trace is compared to its last attribute

    private long spans;
    private long contents;

    /// <summary>Spans compared so far.</summary>
    public long Spans => Interlocked.Read(ref spans);

    /// <summary>Spans of which the attributes were compared, too.</summary>
    public long Contents => Interlocked.Read(ref contents);

    /// <exception cref="CrashCheckException">Something is not as it was sent.</exception>
    public Task RunAsync(IEnumerable<long> blocks) =>
        Parallel.ForEachAsync(blocks, new ParallelOptions { MaxDegreeOfParallelism = Parallelism }, async (block, _) => await CheckAsync(block));

    /// <summary>Lists all traces through search: each once, with as many spans as were kept.</summary>
    /// <exception cref="CrashCheckException">They are not.</exception>
    public async Task ListAsync()
    {
        var plan = record.Plan;
        var expected = new Dictionary<string, int>();
        for (long block = 0; block < record.Blocks; block++)
        {
            int parts = Enumerable.Range(0, plan.Parts(block)).Count(part => IsThere(record.State(block, part)));
            foreach (long trace in parts > 0 ? plan.Traces(block) : [])
            {
                expected.Add(plan.TraceIdText(trace), parts * plan.SpansPerPart(trace));
            }
        }
        string? next = null;
        do
        {
            var page = await api.GetAsync($"/search?limit=1000{(next is null ? "" : "&cursor=" + Uri.EscapeDataString(next))}");
            if (page["partial"] is { } partial)
            {
                throw new CrashCheckException($"A search was partial: {partial}");
            }
            foreach (var trace in page["traces"]!.AsArray())
            {
                string id = (string)trace!["traceId"]!;
                if (!expected.Remove(id, out int count) || count != (int)trace["spanCount"]!)
                {
                    throw new CrashCheckException($"A search lists trace {id} twice, or with {trace["spanCount"]} spans, not {count}.");
                }
            }
            next = (string?)page["next"];
        }
        while (next is not null);
        if (expected.Count > 0)
        {
            throw new CrashCheckException($"A search of everything lists {expected.Count} traces too few, {expected.First().Key} among them.");
        }
    }

    private async Task CheckAsync(long block)
    {
        var plan = record.Plan;
        bool?[] found = new bool?[plan.Parts(block)];
        foreach (long trace in plan.Traces(block))
        {
            string id = plan.TraceIdText(trace);
            var there = await ReadAsync(id);
            for (int part = 0; part < found.Length; part++)
            {
                bool isThere = CheckPart(id, plan.Spans(trace, part), there);
                found[part] ??= isThere;
                if (found[part] != isThere)
                {
                    throw new CrashCheckException($"Trace {id}: payload {block}/{part} is there in part.");
                }
            }
            if (there.Count > 0)
            {
                throw new CrashCheckException($"Trace {id}: {there.Count} spans that were never sent, {there.Keys.First():x16} among them.");
            }
            if (trace % ContentShare == 0)
            {
                await CompareContentAsync(id, Enumerable.Range(0, found.Length).Where(part => found[part] == true).SelectMany(part => plan.Spans(trace, part)));
            }
        }
        for (int part = 0; part < found.Length; part++)
        {
            Settle(block, part, found[part] == true);
        }
    }

    private void Settle(long block, int part, bool isThere)
    {
        var state = record.State(block, part);
        if (state == PartState.Sent)
        {
            record.Resolve(block, part, isThere);
        }
        else if (IsThere(state) != isThere)
        {
            throw new CrashCheckException($"Payload {block}/{part} (trace {record.Plan.TraceIdText(record.Plan.Traces(block).First())}, "
                + $"{record.Plan.SpansOfPart(block)} spans, {record.Plan.Kind(block)}) is {state}, and it is {(isThere ? "there" : "LOST")}.");
        }
    }

    private static bool IsThere(PartState state) => state is PartState.Acknowledged or PartState.Kept;

    /// <summary>Takes the expected spans out of those found. All or none.</summary>
    private bool CheckPart(string id, IEnumerable<CrashSpan> expected, Dictionary<ulong, SkeletonSpan> there)
    {
        int found = 0;
        int missing = 0;
        foreach (var span in expected)
        {
            if (!there.Remove(span.Id, out var actual))
            {
                missing++;
                continue;
            }
            found++;
            if (actual != new SkeletonSpan(span.Id, span.Group, span.Start, span.Duration))
            {
                throw new CrashCheckException($"Trace {id}: span {span.Id:x16} was {span} and is {actual}.");
            }
        }
        Interlocked.Add(ref spans, found);
        return found == 0 ? false : missing == 0 ? true : throw new CrashCheckException($"Trace {id}: {missing} spans of a payload are missing, {found} are there.");
    }

    private async Task<Dictionary<ulong, SkeletonSpan>> ReadAsync(string id)
    {
        byte[] bytes;
        try
        {
            bytes = await api.BytesAsync($"/traces/{id}/skeleton");
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return [];
        }
        var (rows, flags) = SkeletonSpan.Read(bytes);
        if ((flags & ConflictingDuplicates) != 0)
        {
            throw new CrashCheckException($"Trace {id} has spans of one id with different content.");
        }
        var spansById = new Dictionary<ulong, SkeletonSpan>(rows.Length);
        foreach (var row in rows)
        {
            if (!spansById.TryAdd(row.Id, row))
            {
                throw new CrashCheckException($"Trace {id}: span {row.Id:x16} is there TWICE.");
            }
        }
        return spansById;
    }

    private async Task CompareContentAsync(string id, IEnumerable<CrashSpan> expected)
    {
        var left = expected.ToDictionary(span => $"{span.Id:x16}");
        if (left.Count == 0)
        {
            return;
        }
        Interlocked.Add(ref contents, left.Count);
        var document = await api.GetAsync($"/traces/{id}");
        foreach (var span in document["resourceSpans"]!.AsArray().SelectMany(resource => resource!["scopeSpans"]!.AsArray()).SelectMany(scope => scope!["spans"]!.AsArray()))
        {
            string spanId = (string)span!["spanId"]!;
            if (!left.Remove(spanId, out var sent) || Attributes(sent) != Attributes(span) || Parent(sent) != ((string?)span["parentSpanId"] ?? ""))
            {
                throw new CrashCheckException($"Trace {id}: span {spanId} has other content than was sent: {span.ToJsonString()[..Math.Min(500, span.ToJsonString().Length)]}");
            }
        }
        if (left.Count > 0)
        {
            throw new CrashCheckException($"Trace {id}: its document lacks {left.Count} spans.");
        }
    }

    private static string Parent(CrashSpan span) => span.Parent == 0 ? "" : $"{span.Parent:x16}";

    private static string Attributes(CrashSpan span) =>
        $"crash.number={span.Number} order.id={CrashPlan.OrderText(span)}{(span.TextBytes > 0 ? " crash.text=" + CrashPlan.Text(span) : "")}";

    private static string Attributes(JsonNode span) =>
        string.Join(' ', span["attributes"]!.AsArray().Select(pair => $"{pair!["key"]}={pair["value"]!.AsObject().Single().Value}"));
}
