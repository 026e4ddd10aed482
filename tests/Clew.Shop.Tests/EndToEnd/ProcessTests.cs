using System.Diagnostics;
using Shop.Model;

namespace Clew.Shop.Tests.EndToEnd;

[Collection(EndToEndGroup.Name)]
[Trait("Category", "EndToEnd")]
public sealed class ProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Nobody listens there: what cannot be exported must not hold up anything.
    private static readonly Uri Nowhere = new("http://127.0.0.1:9");

    [Fact]
    public async Task AServiceThatDiesIsReplacedAndWhenTheShopIsKilledNobodyStays()
    {
        await using var shop = await RunningShop.StartAsync(Nowhere);
        await shop.SetAsync("pricing=parallel", "inventory=batched", "orders=indexed");
        var before = await shop.Control.StatusAsync();
        Assert.Equal(12, before.Services.Select(service => service.Process).Distinct().Count());

        var victim = before.Services.Single(service => service.Name == "inventory");
        using (var process = Process.GetProcessById(victim.Process))
            process.Kill();
        var after = await UntilAsync(shop, status => status.Services.Single(service => service.Name == "inventory") is { Running: true, Restarts: 1 });
        Assert.NotEqual(victim.Process, after.Services.Single(service => service.Name == "inventory").Process);
        await BuyAsync(shop);

        shop.Process.Kill();
        await shop.ExitAsync();
        await UntilGoneAsync(after.Services);
    }

    [Fact]
    public async Task WhenStandardInputEndsSoDoesEveryProcess()
    {
        await using var shop = await RunningShop.StartAsync(Nowhere);
        var services = (await shop.Control.StatusAsync()).Services;
        Assert.All(services, service => Assert.True(Alive(service.Process)));
        Assert.Equal(0, await shop.EndAsync());
        await UntilGoneAsync(services);
    }

    // The new process listens a moment before it knows the others.
    private static async Task BuyAsync(RunningShop shop)
    {
        int status = 0;
        for (int attempt = 0; attempt < 20 && status != 200; attempt++)
            status = await shop.BuyAsync();
        Assert.Equal(200, status);
    }

    private static async Task<ShopStatus> UntilAsync(RunningShop shop, Func<ShopStatus, bool> condition)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var status = await shop.Control.StatusAsync();
            if (condition(status))
                return status;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, "The service did not come back.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    private static async Task UntilGoneAsync(ServiceStatus[] services)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (Array.Find(services, service => Alive(service.Process)) is { } left)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"{left.Name} is still there.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    private static bool Alive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            // What has ended and was not yet collected by anybody still has an id.
            string stat = $"/proc/{id}/stat";
            return !process.HasExited && !(File.Exists(stat) && File.ReadAllText(stat).Contains(") Z ", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IOException)
        {
            return false;
        }
    }
}
