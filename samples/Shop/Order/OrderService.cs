using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Shop.Database;
using Shop.Hosting;
using Shop.Messaging;
using Shop.Model;

namespace Shop.Order;

/// <summary>Orders, and the messages that follow from them. Keeps the newest <see cref="Capacity"/>.</summary>
internal sealed class OrderService : IShopService
{
    private const int Capacity = OrderHistory.Count + 2_000;
    private const int Remembered = 10;

    private static readonly Statement SelectHistory = new(
        "SELECT", "orders", "SELECT id, value, state FROM orders WHERE customer_id = ? ORDER BY number DESC LIMIT 10");
    private static readonly Statement SelectOrder = new("SELECT", "orders", "SELECT id, customer_id, value, state FROM orders WHERE id = ?");
    private static readonly Statement InsertOrder = new(
        "INSERT", "orders", "INSERT INTO orders (id, customer_id, value, currency, items, state) VALUES (?, ?, ?, ?, ?, ?)");
    private static readonly Statement UpdateState = new("UPDATE", "orders", "UPDATE orders SET state = ?, tracking = ? WHERE id = ?");

    private readonly ServiceContext context;
    private readonly ShopDatabase database;
    private readonly Outbox outbox;
    private readonly Inbox inbox;
    private readonly Table<OrderRow> orders = new(Capacity);
    private readonly TableIndex<OrderRow, string> byId;
    private readonly TableIndex<OrderRow, string> byCustomer;

    public OrderService(ServiceContext context)
    {
        this.context = context;
        database = context.OpenDatabase(roundTrip: 7, page: 0.8);
        outbox = new Outbox(context, database, "shipping", "notification");
        inbox = new Inbox(context, largestBatch: 10, gather: TimeSpan.Zero);
        byId = orders.AddManyIndex<string>(order => order.Id is null ? [] : [order.Id]);
        byCustomer = orders.AddIndex(order => order.Customer);
        foreach (var order in OrderHistory.All())
            orders.Insert(order);
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        inbox.Map(routes);
        routes.MapPost("/orders", PlaceAsync);
        routes.MapGet("/orders/{id}", async http =>
        {
            var found = await database.QueryAsync(SelectOrder, io => byId.SeekAsync(http.Route("id"), io));
            if (found is not [{ Row: var order }])
                throw new ProblemException(StatusCodes.Status404NotFound, "There is no such order.");
            await http.WriteJsonAsync(new PlacedOrder(http.Route("id"), order.State, ""), ShopJson.Default.PlacedOrder);
        });
    }

    public Task RunAsync(CancellationToken stopping)
        => Task.WhenAll(outbox.RunAsync(stopping), inbox.RunAsync(DispatchedAsync, stopping));

    private async Task PlaceAsync(HttpContext http)
    {
        var request = await http.ReadJsonAsync(ShopJson.Default.PlaceOrderRequest);
        var activity = Activity.Current;
        activity?.SetTag("order.value", (double)request.Total.Amount);
        activity?.SetTag("order.currency", request.Total.Currency);
        activity?.SetTag("order.line_count", request.Items.Length);

        string tier = TierOf(await HistoryAsync(request.Customer));
        activity?.SetTag("customer.tier", tier);
        await database.ExecuteAsync(
            InsertOrder, () => orders.Insert(new OrderRow(request.Order, request.Customer, request.Total.Amount, "placed")));
        await outbox.AppendAsync(
            "orders.placed",
            new OrderEvent(request.Order, request.Customer, request.Country, request.Items.Sum(item => item.Quantity), request.Total, null));
        await http.WriteJsonAsync(new PlacedOrder(request.Order, "placed", tier), ShopJson.Default.PlacedOrder);
    }

    private Task<List<StoredRow<OrderRow>>> HistoryAsync(string customer)
        => database.QueryAsync(SelectHistory, io => context.Switches["orders"] == "indexed"
            ? byCustomer.SeekAsync(customer, io, Remembered)
            : orders.ScanAsync(order => order.Customer == customer, io, Remembered));

    private async Task DispatchedAsync(IReadOnlyList<Message> messages)
    {
        foreach (var message in messages)
        {
            await database.ExecuteAsync(UpdateState, () => SetState(message.Order, "dispatched"));
        }
    }

    private void SetState(string id, string state)
    {
        if (byId.Find(id) is { } number)
            orders.Replace(number, order => order with { State = state });
    }

    /// <summary>What a customer's last orders make of them.</summary>
    internal static string TierOf(List<StoredRow<OrderRow>> history)
        => history.Sum(row => row.Row.Value) switch { >= 1_500 => "gold", >= 1_000 => "silver", _ => "none" };
}
