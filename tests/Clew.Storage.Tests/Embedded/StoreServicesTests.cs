using Clew.Core.Files;
using Clew.Storage.Embedded;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Storage.Tests.Embedded;

public sealed class StoreServicesTests
{
    [Fact]
    public async Task OneLineAddsTheStore()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IFileLayer>(new MemoryFileLayer());
        services.AddEmbeddedStore(new EmbeddedStoreOptions { Directory = StoreProbe.Root });
        await using var provider = services.BuildServiceProvider();
        var store = provider.GetRequiredService<ISpanStore>();
        await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(1), default);
        Assert.Equal(80, store.GetStatistics().Spans);
    }
}
