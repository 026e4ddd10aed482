using Clew.Core.Files;
using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Storage.Embedded.Series;
using Clew.Testing;
using Clew.Testing.Files;
using Clew.Testing.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clew.Storage.Tests.Embedded.Series;

/// <summary>Opens series stores on files in memory and asks them everything.</summary>
internal static class SeriesProbe
{
    public const string Root = "/series";
    public const ulong Now = 1_767_225_600_000_000_000;

    public static Tenant Tenant { get; } = new("default");

    public static FaultyFileLayer Files(int seed)
    {
        var files = new FaultyFileLayer(seed);
        files.CreateDirectory(Root);
        return files;
    }

    public static EmbeddedSeriesStore Open(
        IFileLayer files, AppendId? lastStored, TimeProvider? clock = null, Func<EmbeddedSeriesOptions, EmbeddedSeriesOptions>? change = null)
    {
        var options = new EmbeddedSeriesOptions { Directory = Root, MergeFanIn = 3 };
        return EmbeddedSeriesStore.Open(
            change?.Invoke(options) ?? options, files, NullLogger<EmbeddedSeriesStore>.Instance, lastStored, clock ?? new ManualTimeProvider(), looksAfterItself: false);
    }

    /// <summary>Everything of the tenant, to 10 s.</summary>
    public static Task<List<string>> AllAsync(ISeriesStore store) =>
        SeriesText.AllAsync(store, Tenant, Now - SeriesClock.Nanoseconds(TimeSpan.FromHours(23)), TimeSpan.FromSeconds(10));

    /// <summary>Everything of the tenant, to the hour.</summary>
    public static Task<List<string>> HoursAsync(ISeriesStore store) => SeriesText.AllAsync(store, Tenant, 0, TimeSpan.FromHours(1));

    public static async Task<AppendId> AppendAsync(ISeriesStore store, SeriesDelta delta)
    {
        var append = await store.BeginAsync(Tenant, delta, default);
        store.Commit(append);
        return append;
    }
}
