using Clew.Ingest.Counting;
using Clew.Ingest.Head;
using Clew.Ingest.Intake;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Clew.Ingest.Pipeline;

/// <summary>The pipeline's line in the composition root.</summary>
public static class PipelineServiceCollectionExtensions
{
    /// <summary>
    /// Adds head, assembler and pipeline: <see cref="ISpanIntake"/> for receivers, <see cref="SpanHead"/> for queries,
    /// <see cref="SpanPipeline"/> for statistics. Needs a journal, a span store, a series store and the payload readers.
    /// </summary>
    public static IServiceCollection AddPipeline(this IServiceCollection services, PipelineOptions options, CountingOptions? counting = null)
    {
        options.Validate();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(counting ?? new CountingOptions());
        services.AddSingleton<LateArrivals>();
        services.AddSingleton<BatchCounting>();
        services.AddSingleton<SpanHead>();
        services.AddSingleton<SpanPipeline>();
        services.AddSingleton<ISpanIntake>(static provider => provider.GetRequiredService<SpanPipeline>());
        services.AddHostedService<PipelineService>();
        return services;
    }
}
