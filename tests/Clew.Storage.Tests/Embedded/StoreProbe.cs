using Clew.Core.Columns;
using Clew.Core.Files;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded;
using Clew.Testing;
using Clew.Testing.Files;
using Clew.Testing.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clew.Storage.Tests.Embedded;

/// <summary>Opens stores on files in memory and asks them everything.</summary>
internal static class StoreProbe
{
    public const string Root = "/store";
    public const ulong Now = 1_767_225_600_000_000_000;

    public static Tenant Tenant { get; } = new("default");

    public static EmbeddedSpanStore Open(MemoryFileLayer files, int groupRows = 32, int openSegments = 512) => EmbeddedSpanStore.Open(
        new EmbeddedStoreOptions { Directory = Root, GroupRows = groupRows, OpenSegments = openSegments }, files, NullLogger<EmbeddedSpanStore>.Instance);

    /// <summary>A store that merges whatever it can when asked to.</summary>
    public static EmbeddedSpanStore OpenMerging(IFileLayer files, Func<EmbeddedStoreOptions, EmbeddedStoreOptions>? change = null, TimeProvider? clock = null)
    {
        var options = new EmbeddedStoreOptions { Directory = Root, GroupRows = 32, MergeFanIn = 2, QuietTime = TimeSpan.Zero };
        return EmbeddedSpanStore.Open(change?.Invoke(options) ?? options, files, NullLogger<EmbeddedSpanStore>.Instance, clock, new TreeArranger());
    }

    /// <summary>A file system that may fail, with the directories that stores use.</summary>
    public static FaultyFileLayer Faulty(int seed)
    {
        var files = new FaultyFileLayer(seed);
        files.CreateDirectory(Root);
        files.CreateDirectory(Path.Combine(Root, Tenant.Name));
        files.CreateDirectory(Path.Combine(Root, Tenant.Name, "default"));
        return files;
    }

    public static TraceBatch Traces(int seed, int spans = 80, ulong firstTrace = 1) =>
        TraceBatches.Of(new SpanGenerator(seed) { Now = Now }.Batch(spans, traces: 8, firstTrace), selfTimes: true);

    /// <summary>All spans by trace id, straight through the index.</summary>
    public static async Task<List<string>> LinesAsync(ISpanStore store, int traces = 40)
    {
        using var snapshot = store.Snapshot();
        return await LinesAsync(snapshot, traces);
    }

    public static async Task<List<string>> LinesAsync(ISpanSnapshot snapshot, int traces = 40)
    {
        var batch = new SpanBatch();
        var copier = new SpanBatchCopier(batch);
        for (int id = 0; id < traces; id++)
        {
            await snapshot.ReadTraceAsync(Tenant, new TraceId(0, (ulong)id), copier, default);
        }
        return SpanText.Sorted(batch);
    }

    public static async Task<List<TracePosition>> SearchAsync(ISpanStore store, params SpanPredicate[] predicates)
    {
        using var snapshot = store.Snapshot();
        return await SearchAsync(snapshot, predicates);
    }

    public static async Task<List<TracePosition>> SearchAsync(ISpanSnapshot snapshot, params SpanPredicate[] predicates)
    {
        var hits = new List<TracePosition>();
        await foreach (var hit in snapshot.FindTracesAsync(new TraceSearch { Tenant = Tenant, Range = TimeRange.All, Predicates = predicates }, default))
        {
            hits.Add(hit.Position);
        }
        return hits;
    }

    public static async Task<AggregateResult> CountAsync(ISpanStore store, params FieldReference[] by)
    {
        using var snapshot = store.Snapshot();
        return await CountAsync(snapshot, by);
    }

    public static async Task<AggregateResult> CountAsync(ISpanSnapshot snapshot, params FieldReference[] by)
    {
        var result = new AggregateResult(new SpanAggregation { Tenant = Tenant, Range = TimeRange.All, GroupBy = by }, 100_000);
        await snapshot.AggregateAsync(result, default);
        return result;
    }
}
