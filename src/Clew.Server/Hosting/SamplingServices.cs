using Clew.Core.Files;
using Clew.Ingest.Sampling;
using Clew.Storage;

namespace Clew.Server.Hosting;

/// <summary>Sampling's line in the composition root. Needs the span store, whose last append says which decisions count.</summary>
internal static class SamplingServices
{
    public static IServiceCollection AddSampling(this IServiceCollection services, SamplingOptions options, SamplingConfig configured) => services
        .AddSingleton(options)
        .AddSingleton<SavedSampling>()
        .AddSingleton(parts => new SamplingControl(configured, parts.GetRequiredService<SavedSampling>(), new TraceSampler(
            options, configured, parts.GetRequiredService<IFileLayer>(), parts.GetRequiredService<ISpanStore>().LastAppend,
            parts.GetRequiredService<TimeProvider>())))
        .AddSingleton(static parts => parts.GetRequiredService<SamplingControl>().Sampler)
        .AddSingleton<DryRun>();
}
