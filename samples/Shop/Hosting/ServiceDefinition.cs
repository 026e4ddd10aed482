namespace Shop.Hosting;

/// <summary>A service's name, the version it says it runs, and how it is made.</summary>
internal sealed record ServiceDefinition(string Name, string Version, Func<ServiceContext, IShopService> Create);
