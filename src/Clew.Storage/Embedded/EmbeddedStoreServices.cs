using Clew.Core.Files;
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
}
