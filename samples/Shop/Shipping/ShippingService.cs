using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Shop.Database;
using Shop.Hosting;
using Shop.Messaging;
using Shop.Model;

namespace Shop.Shipping;

/// <summary>Packs what was ordered, a wave of parcels at a time. Keeps the newest 20,000 parcels.</summary>
internal sealed class ShippingService : IShopService
{
    private const int LargestWave = 10;
    private static readonly TimeSpan WaveEvery = TimeSpan.FromSeconds(3);

    private static readonly Statement SelectRates = new(
        "SELECT", "delivery_rates", "SELECT name, price, days FROM delivery_rates WHERE country = ?");
    private static readonly Statement InsertParcel = new(
        "INSERT", "parcels", "INSERT INTO parcels (order_id, country, tracking) VALUES (?, ?, ?)");

    private readonly ServiceContext context;
    private readonly ShopDatabase database;
    private readonly Outbox outbox;
    private readonly Inbox inbox;
    private readonly Table<Rate> rates = new(100);
    private readonly TableIndex<Rate, string> ratesByCountry;
    private readonly Table<Parcel> parcels = new(20_000);

    private sealed record Rate(string Country, DeliveryOption Option);

    private sealed record Parcel(string Order, string Country, string Tracking);

    public ShippingService(ServiceContext context)
    {
        this.context = context;
        database = context.OpenDatabase(roundTrip: 8);
        outbox = new Outbox(context, database, "order", "notification");
        inbox = new Inbox(context, LargestWave, WaveEvery);
        ratesByCountry = rates.AddIndex(rate => rate.Country);
        foreach (string country in (string[])["DE", "FR", "NL", "GB", "US", "SE"])
        {
            rates.Insert(new Rate(country, new DeliveryOption("standard", 3.90m, 3)));
            rates.Insert(new Rate(country, new DeliveryOption("express", 7.90m, 1)));
        }
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        inbox.Map(routes);
        routes.MapGet("/delivery-options", async http =>
        {
            var found = await database.QueryAsync(SelectRates, io => ratesByCountry.SeekAsync(http.Query("country"), io));
            await http.WriteJsonAsync(
                new DeliveryOptions([.. found.Select(row => row.Row.Option)]), ShopJson.Default.DeliveryOptions);
        });
    }

    public Task RunAsync(CancellationToken stopping)
        => Task.WhenAll(outbox.RunAsync(stopping), inbox.RunAsync(PackAsync, stopping));

    private async Task PackAsync(IReadOnlyList<Message> wave)
    {
        foreach (var message in wave)
            await PackAsync(message);
    }

    private async Task PackAsync(Message message)
    {
        using var activity = context.Activities.StartActivity("book parcel");
        MessageSpans.Identify(activity, message);
        activity?.SetTag("order.item_count", message.Body.Items);
        var label = await context.Calls.PostAsync(
            "carrier",
            "/v1/labels",
            new LabelRequest(message.Order, message.Body.Country),
            ShopJson.Default.LabelRequest,
            ShopJson.Default.Label);
        activity?.SetTag("shipping.tracking_number", label.Tracking);
        await database.ExecuteAsync(
            InsertParcel, () => parcels.Insert(new Parcel(message.Order, message.Body.Country, label.Tracking)));
        await outbox.AppendAsync("parcels.dispatched", message.Body with { Tracking = label.Tracking });
    }
}
