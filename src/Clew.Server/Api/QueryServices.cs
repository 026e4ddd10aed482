using System.IO.Compression;
using Clew.Core.Scan;
using Clew.Query;
using Clew.Query.Catalog;
using Clew.Query.Series;
using Clew.Server.Api.Http;
using Clew.Server.Api.Own;
using Clew.Storage;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Clew.Server.Api;

/// <summary>Registers what the query APIs need.</summary>
public static class QueryServices
{
    /// <summary>
    /// Adds the query engine over the sources in the order of the flow (head, then store), and what the APIs share. Needs an
    /// <see cref="IStatusSource"/> and an <see cref="ISeriesStore"/> beside it; takes the registered <see cref="TimeProvider"/> and <see cref="IQueryScopeResolver"/>
    /// where there are any.
    /// </summary>
    public static IServiceCollection AddQuery(
        this IServiceCollection services, QueryOptions options, Func<IServiceProvider, IReadOnlyList<ISpanSource>> sources)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IQueryScopeResolver, SingleTenantScope>();
        services.AddSingleton(provider => new QueryEngine(sources(provider), options, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<ApiMeasures>();
        services.AddSingleton<SpanCatalog>();
        services.AddSingleton(provider => new SeriesEngine(
            provider.GetRequiredService<ISeriesStore>(), provider.GetRequiredService<ISpanStore>(), options, provider.GetRequiredService<TimeProvider>()));
        services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes = ["application/json", "application/problem+json", SkeletonWriter.ContentType];
            compression.Providers.Add<GzipCompressionProvider>();
        });
        services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
        services.AddOpenApi("v1", document =>
        {
            document.ShouldInclude = _ => false;
            document.AddDocumentTransformer(OwnApiDocument.AddPaths);
        });
        return services;
    }
}
