using Microsoft.AspNetCore.Routing;

namespace Shop.Hosting;

/// <summary>One of the twelve.</summary>
internal interface IShopService
{
    /// <summary>Adds the service's routes.</summary>
    void Map(IEndpointRouteBuilder routes);

    /// <summary>Work beside the requests, until it is told to stop.</summary>
    Task RunAsync(CancellationToken stopping) => Task.Delay(Timeout.Infinite, stopping);
}
