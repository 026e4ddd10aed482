namespace Clew.EndToEnd.Startup;

/// <summary><c>--demo</c>: the shop's traces arrive, and nothing is left running when the server ends, however it ends.</summary>
public sealed class DemoTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_shop_sells_and_ends_with_the_server(bool kill)
    {
        await using var server = await ServerProcess.StartAsync(null, null, "--demo");
        using var clew = new ClewClient(server);
        string[] services = [];
        await Poll.UntilAsync(
            async () =>
            {
                var answer = await clew.GetAsync("/services");
                services = [.. answer["services"]!.AsArray().Select(service => (string)service!["name"]!)];
                return services.Length >= 12;
            },
            "traces of twelve services");
        Assert.Equal(
            ["auth", "cart", "catalog", "checkout", "fraud", "inventory", "notification", "order", "payment", "pricing", "shipping", "storefront"],
            services);
        var shop = ShopProcesses(server.Id);
        Assert.True(shop.Count >= 13, $"{shop.Count} processes");

        if (kill)
        {
            await server.KillAsync();
        }
        else
        {
            Assert.Equal(0, await server.StopAsync());
        }
        await Poll.UntilAsync(() => !shop.Any(IsRunning), "the end of all processes of the shop");
    }

    /// <summary>All descendants of the server.</summary>
    private static List<int> ShopProcesses(int server)
    {
        var parents = new Dictionary<int, int>();
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
        {
            try
            {
                string stat = File.ReadAllText(Path.Combine(folder, "stat"));
                string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                parents[int.Parse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture)] = int.Parse(fields[1], System.Globalization.CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
        }
        var found = new List<int> { server };
        for (int i = 0; i < found.Count; i++)
        {
            found.AddRange(parents.Where(pair => pair.Value == found[i]).Select(pair => pair.Key));
        }
        return found[1..];
    }

    private static bool IsRunning(int process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not 'Z' and not 'X';
        }
        catch (IOException)
        {
            return false;
        }
    }
}
