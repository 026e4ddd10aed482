using System.Text.Json.Nodes;
using Clew.Load.Targets;

namespace Clew.Load.Crash;

/// <summary>Asks a server for what it acknowledged, by id: all of it, once, unchanged, and nothing that was never sent.</summary>
/// <param name="record">What was sent.</param>
/// <param name="answer">The body of what the API answers to a path; null: it knows nothing of that.</param>
internal sealed class CrashCheck(CrashRecord record, Func<string, Task<byte[]?>> answer)
{
    private const int Parallelism = 4; // as many as the server runs at a time
    private const int ConflictingDuplicates = 32;
    private const long ContentShare = 13; // every 13th trace is compared to its last attribute

    private long spans;
    private long contents;
    private long dropped;

    public CrashCheck(CrashRecord record, ClewApi api)
        : this(record, api.FindAsync)
    {
    }

    /// <summary>Spans compared so far.</summary>
    public long Spans => Interlocked.Read(ref spans);

    /// <summary>Spans of which the attributes were compared, too.</summary>
    public long Contents => Interlocked.Read(ref contents);

    /// <summary>Traces that were dropped by decision, seen so far.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <param name="blocks">What to look at.</param>
    /// <param name="isSettled">True where nothing is open: what is to be dropped is gone then.</param>
    /// <exception cref="CrashCheckException">Something is not as it was sent.</exception>
    public Task RunAsync(IEnumerable<long> blocks, bool isSettled = false) =>
        Parallel.ForEachAsync(
            blocks, new ParallelOptions { MaxDegreeOfParallelism = Parallelism }, async (block, _) => await CheckAsync(block, isSettled));

    /// <summary>Lists all traces through search: each once, with as many spans as were kept.</summary>
    /// <exception cref="CrashCheckException">They are not.</exception>
    public async Task ListAsync()
    {
        var plan = record.Plan;
        var expected = new Dictionary<string, int>();
        for (long block = 0; block < record.Blocks; block++)
        {
            int parts = Enumerable.Range(0, plan.Parts(block)).Count(part => IsThere(record.State(block, part)));
            foreach (long trace in parts > 0 ? plan.Traces(block).Where(trace => record.Keeps(trace) ?? true) : [])
            {
                expected.Add(plan.TraceIdText(trace), parts * plan.SpansPerPart(trace));
            }
        }
        string? next = null;
        do
        {
            var page = await JsonAsync($"/search?limit=1000{(next is null ? "" : "&cursor=" + Uri.EscapeDataString(next))}");
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

    private async Task CheckAsync(long block, bool isSettled)
    {
        var plan = record.Plan;
        bool?[] found = new bool?[plan.Parts(block)];
        foreach (long trace in plan.Traces(block).Where(trace => record.Keeps(trace) == true))
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
        foreach (long trace in plan.Traces(block).Where(trace => record.Keeps(trace) != true))
        {
            await CheckSampledAsync(block, trace, isSettled);
        }
    }

    /// <summary>
    /// A trace that is, or may be, dropped: while spans of it may be open any of its payloads may show, as a whole and as sent; then all that
    /// came in or none, as it was decided, for good.
    /// </summary>
    private async Task CheckSampledAsync(long block, long trace, bool isSettled)
    {
        string id = record.Plan.TraceIdText(trace);
        var there = await ReadAsync(id);
        var came = new List<int>();
        var shown = new List<int>();
        for (int part = 0; part < record.Plan.Parts(block); part++)
        {
            bool isShown = CheckPart(id, record.Plan.Spans(trace, part), there);
            bool mayBe = IsThere(record.State(block, part));
            if (isShown)
            {
                shown.Add(part);
            }
            if (mayBe)
            {
                came.Add(part);
            }
            if (isShown && !mayBe)
            {
                throw new CrashCheckException($"Trace {id}: payload {block}/{part} is not there in other traces, and is in this one.");
            }
        }
        if (there.Count > 0)
        {
            throw new CrashCheckException($"Trace {id}: {there.Count} spans that were never sent, {there.Keys.First():x16} among them.");
        }
        if (!isSettled || came.Count == 0)
        {
            return;
        }
        if (shown.Count > 0 && (record.Keeps(trace) == false || shown.Count < came.Count))
        {
            throw new CrashCheckException(record.Keeps(trace) == false
                ? $"Trace {id} was to be dropped, and payloads {string.Join(", ", shown)} of block {block} ({record.Plan.Kind(block)}) are there."
                : $"Trace {id} is TORN: of payloads {string.Join(", ", came)} of block {block} ({record.Plan.Kind(block)}) only {string.Join(", ", shown)} are there.");
        }
        if (record.Keeps(trace) is null)
        {
            record.Decided(trace, shown.Count > 0);
        }
        if (shown.Count == 0)
        {
            Interlocked.Increment(ref dropped);
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
        if (await answer($"/traces/{id}/skeleton") is not { } bytes)
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
        var document = await JsonAsync($"/traces/{id}");
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

    private async Task<JsonNode> JsonAsync(string path) =>
        await answer(path) is { } bytes ? JsonNode.Parse(bytes)! : throw new CrashCheckException($"{path} is not found.");

    private static string Parent(CrashSpan span) => span.Parent == 0 ? "" : $"{span.Parent:x16}";

    private static string Attributes(CrashSpan span) =>
        $"crash.number={span.Number} order.id={CrashPlan.OrderText(span)}{(span.TextBytes > 0 ? " crash.text=" + CrashPlan.Text(span) : "")}";

    private static string Attributes(JsonNode span) =>
        string.Join(' ', span["attributes"]!.AsArray().Select(pair => $"{pair!["key"]}={pair["value"]!.AsObject().Single().Value}"));
}
