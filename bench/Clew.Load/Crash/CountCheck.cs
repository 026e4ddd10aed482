using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Clew.Load.Targets;

namespace Clew.Load.Crash;

/// <summary>
/// Compares what the server counts with the record, once no trace is open: exactly, however often a payload was sent and to which lives of
/// the server.
/// </summary>
/// <remarks>
/// The record counts by service, operation, kind and status. Each endpoint that counts is one call of <see cref="Compare"/> with the groups
/// folded to what it tells apart.
/// </remarks>
internal sealed class CountCheck(CrashRecord record, ClewApi api)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Kinds = ["unspecified", "internal", "server", "client", "producer", "consumer"];
    private static readonly string[] Statuses = ["unset", "ok", "error"];

    // Spans start when the run does, or a little later; points of the finest resolution are kept for a day.
    private static readonly TimeSpan RedBefore = TimeSpan.FromHours(12);
    private static readonly TimeSpan RedAfter = TimeSpan.FromHours(1);

    /// <exception cref="CrashCheckException">A count is wrong.</exception>
    public async Task RunAsync()
    {
        await DrainAsync(api);
        await CompareRedAsync(record.Counts());
        if (record.KeptCounts() is { } stored)
        {
            await CompareStoredAsync(stored);
        }
    }

    /// <summary>Catalogs count what is stored.</summary>
    private async Task CompareStoredAsync(Dictionary<CountGroup, long> spans)
    {
        var services = (await api.GetAsync("/services"))["services"]!.AsArray()
            .ToDictionary(service => new CountGroup((string)service!["name"]!, "", 0, 0), service => (long)service!["spanCount"]!);
        Compare("/services", services, spans, static group => new CountGroup(group.Service, "", 0, 0));

        var operations = new Dictionary<CountGroup, long>();
        foreach (var service in services.Keys)
        {
            foreach (var operation in (await api.GetAsync($"/operations?service={service.Service}"))["operations"]!.AsArray())
            {
                operations.Add(Group(service.Service, (string)operation!["name"]!, operation), (long)operation["spanCount"]!);
            }
        }
        Compare("/operations", operations, spans, static group => group with { Status = 0 });
    }

    /// <summary>
    /// RED is counted once, when spans are stored, and kept apart from them: what it counts must not depend on how often the server was
    /// killed in between.
    /// </summary>
    private async Task CompareRedAsync(Dictionary<CountGroup, long> spans)
    {
        var answer = await api.GetAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"/red?from={Nanoseconds(-RedBefore)}&to={Nanoseconds(RedAfter)}&by=service&by=operation&by=kind&by=status"));
        if (answer["partial"] is { } missing)
        {
            throw new CrashCheckException($"/red is partial: {(string?)missing}");
        }
        var red = new Dictionary<CountGroup, long>();
        foreach (var series in answer["series"]!.AsArray())
        {
            string status = (string)series!["status"]!;
            var group = Group((string)series["service"]!, (string)series["operation"]!, series) with { Status = Array.IndexOf(Statuses, status) };
            long count = series["points"]!.AsArray().Sum(point => (long)point!["count"]!);
            long errors = series["points"]!.AsArray().Sum(point => (long)point!["errors"]!);
            if (errors != (status == "error" ? count : 0))
            {
                throw new CrashCheckException($"/red counts {errors} errors in {count} of {group}.");
            }
            red.Add(group, count);
        }
        Compare("/red", red, spans, static group => group);
    }

    private static long Nanoseconds(TimeSpan fromNow) => (DateTimeOffset.UtcNow + fromNow).ToUnixTimeMilliseconds() * 1_000_000;

    private static CountGroup Group(string service, string operation, JsonNode entry) =>
        new(service, operation, Array.IndexOf(Kinds, (string)entry["kind"]!), 0);

    /// <summary>Throws where a count differs.</summary>
    private static void Compare(
        string what, Dictionary<CountGroup, long> actual, Dictionary<CountGroup, long> spans, Func<CountGroup, CountGroup> fold)
    {
        var expected = Fold(spans, fold);
        foreach (var group in expected.Keys.Union(actual.Keys))
        {
            if (actual.GetValueOrDefault(group) != expected.GetValueOrDefault(group))
            {
                throw new CrashCheckException($"{what} counts {actual.GetValueOrDefault(group)} of {group}, not {expected.GetValueOrDefault(group)}.");
            }
        }
    }

    private static Dictionary<CountGroup, long> Fold(Dictionary<CountGroup, long> counts, Func<CountGroup, CountGroup> fold) =>
        counts.GroupBy(pair => fold(pair.Key)).ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value));

    /// <summary>Waits until no span is open.</summary>
    /// <exception cref="CrashCheckException">It took too long.</exception>
    public static async Task DrainAsync(ClewApi api)
    {
        var watch = Stopwatch.StartNew();
        while ((await api.StatusAsync()).Open > 0)
        {
            if (watch.Elapsed > Patience)
            {
                throw new CrashCheckException($"Spans are still open after {Patience}.");
            }
            await Task.Delay(50);
        }
    }
}
