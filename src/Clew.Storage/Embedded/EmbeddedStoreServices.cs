using Clew.Core.Files;
using Clew.Storage.Embedded.Series;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Clew.Storage.Embedded;

/// <summary>Registers the embedded store.</summary>
public static class EmbeddedStoreServices
{
    /// <summary>
    /// Adds <see cref="ISpanStore"/>: opened when first asked for, closed with the container. Uses the container's
    /// <see cref="IFileLayer"/>, or the disk where there is none, its
    /// <see cref="TimeProvider"/>, and its <see cref="ITraceArranger"/>: where there is none, nothing is merged.
    /// </summary>
    public static IServiceCollection AddEmbeddedStore(this IServiceCollection services, EmbeddedStoreOptions options) =>
        services.AddSingleton<ISpanStore>(provider => EmbeddedSpanStore.Open(
            options,
            provider.GetService<IFileLayer>() ?? DiskFileLayer.Instance,
            provider.GetRequiredService<ILogger<EmbeddedSpanStore>>(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetService<ITraceArranger>()));

    /// <summary>
    /// Adds <see cref="ISeriesStore"/>: opened when first asked for, closed with the container. Needs <see cref="ISpanStore"/>, whose last
    /// append decides what of the log counts: nothing may be appended before both are open.
    /// </summary>
    public static IServiceCollection AddEmbeddedSeriesStore(this IServiceCollection services, EmbeddedSeriesOptions options) =>
        services.AddSingleton<ISeriesStore>(provider => EmbeddedSeriesStore.Open(
            options,
            provider.GetService<IFileLayer>() ?? DiskFileLayer.Instance,
            provider.GetRequiredService<ILogger<EmbeddedSeriesStore>>(),
            provider.GetRequiredService<ISpanStore>().LastAppend,
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            looksAfterItself: true));
}
