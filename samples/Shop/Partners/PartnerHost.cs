using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Shop.Faults;
using Shop.Hosting;
using Shop.Model;

namespace Shop.Partners;

/// <summary>
/// Stand-ins for five companies the shop works with. They answer over real HTTP after a set time and tell nobody what they
/// do: to the shop's traces they are the outside world.
/// </summary>
internal sealed class PartnerHost : IAsyncDisposable
{
    public static readonly string[] Names = ["fx-rates", "tax-service", "offers-hub", "acquirer", "carrier"];

    private const double UsualDeclines = 0.02;
    private const double ManyDeclines = 0.35;

    private static readonly Latency Terms = Latency.FromMilliseconds(597, 0.06);
    private static readonly Latency Charge = Latency.FromMilliseconds(195, 0.15);
    private static readonly Latency Booking = Latency.FromMilliseconds(140, 0.2);
    private static readonly Latency LongBooking = Latency.FromMilliseconds(2_400, 0.2);

    private readonly SwitchBoard switches;
    private readonly TimeProvider time;
    private readonly Random random = new(1991);
    private WebApplication? app;

    private PartnerHost(SwitchBoard switches, TimeProvider time) => (this.switches, this.time) = (switches, time);

    /// <summary>The port of each partner.</summary>
    public Dictionary<string, int> Ports { get; private set; } = [];

    /// <summary>Starts all, each on its own port, from <paramref name="firstPort"/> on or where the system likes when it is 0.</summary>
    public static async Task<PartnerHost> StartAsync(int firstPort, SwitchBoard switches, TimeProvider time)
    {
        var host = new PartnerHost(switches, time);
        int[] asked = [.. Names.Select((_, at) => firstPort == 0 ? 0 : firstPort + at)];
        host.app = await LoopbackServer.StartAsync(asked, app =>
        {
            app.UseRouting();
            host.Map(app);
        });
        host.Ports = Names.Zip(LoopbackServer.Ports(host.app)).ToDictionary();
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
            await app.DisposeAsync();
    }

    private void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/rates/{currency}", async http =>
        {
            await WaitAsync(Terms);
            decimal rate = http.Route("currency") switch { "GBP" => 0.86m, "USD" => 1.09m, "SEK" => 11.21m, _ => 1m };
            await http.WriteJsonAsync(new ExchangeRate(http.Route("currency"), rate), ShopJson.Default.ExchangeRate);
        });
        routes.MapGet("/v1/tax/{country}", async http =>
        {
            await WaitAsync(Terms);
            decimal rate = http.Route("country") switch { "DE" => 0.07m, "FR" => 0.055m, "NL" => 0.09m, "SE" => 0.12m, "GB" => 0m, _ => 0.04m };
            await http.WriteJsonAsync(new TaxRate(http.Route("country"), rate), ShopJson.Default.TaxRate);
        });
        routes.MapGet("/v1/offers/{segment}", async http =>
        {
            await WaitAsync(Terms);
            decimal discount = http.Route("segment") switch { "new" => 0.05m, "plus" => 0.03m, _ => 0m };
            await http.WriteJsonAsync(new Offer(http.Route("segment"), discount), ShopJson.Default.Offer);
        });
        routes.MapPost("/v1/charges", async http =>
        {
            await http.ReadJsonAsync(ShopJson.Default.CardCharge);
            await WaitAsync(Charge);
            bool declined = Chance(switches["payment"] == "declines" ? ManyDeclines : UsualDeclines);
            await http.WriteJsonAsync(
                declined ? new CardAnswer(false, "51", "Insufficient funds") : new CardAnswer(true, "00", "Approved"),
                ShopJson.Default.CardAnswer);
        });
        routes.MapPost("/v1/labels", async http =>
        {
            var request = await http.ReadJsonAsync(ShopJson.Default.LabelRequest);
            await WaitAsync(switches["shipping"] == "slow" ? LongBooking : Booking);
            await http.WriteJsonAsync(new Label($"{request.Country}{Number():D9}"), ShopJson.Default.Label);
        });
    }

    private Task WaitAsync(Latency latency)
    {
        lock (random)
            return Task.Delay(latency.Next(random), time);
    }

    private bool Chance(double share)
    {
        lock (random)
            return random.NextDouble() < share;
    }

    private int Number()
    {
        lock (random)
            return random.Next(1_000_000_000);
    }
}
