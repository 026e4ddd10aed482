using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Shop.Catalog;
using Shop.Database;
using Shop.Hosting;
using Shop.Model;

namespace Shop.Inventory;

/// <summary>What is in the warehouse, and what of it is promised to an order.</summary>
internal sealed class InventoryService : IShopService
{
    private const int Delivery = 500;

    private static readonly Statement SelectOne = new("SELECT", "stock", "SELECT sku, on_hand, bin FROM stock WHERE sku = ?");
    private static readonly Statement SelectSeveral = new("SELECT", "stock", "SELECT sku, on_hand, bin FROM stock WHERE sku IN (?)");
    private static readonly Statement UpdateStock = new(
        "UPDATE",
        "stock",
        "UPDATE stock SET on_hand = on_hand - line.quantity FROM unnest(?, ?) AS line (sku, quantity) WHERE stock.sku = line.sku");

    private readonly ServiceContext context;
    private readonly ShopDatabase database;
    private readonly Table<Stock> stock = new(ProductBook.Count);
    private readonly TableIndex<Stock, string> bySku;

    private sealed record Stock(string Sku, int OnHand, string Bin);

    public InventoryService(ServiceContext context)
    {
        this.context = context;
        database = context.OpenDatabase(roundTrip: 29, page: 0.05);
        bySku = stock.AddIndex(row => row.Sku);
        for (int product = 0; product < ProductBook.Count; product++)
            stock.Insert(new Stock(ProductBook.Sku(product), Delivery, $"{(char)('A' + (product % 20))}-{product / 20:D3}"));
    }

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/reservations", async http =>
    {
        var request = await http.ReadJsonAsync(ShopJson.Default.ReservationRequest);
        Activity.Current?.SetTag("order.line_count", request.Items.Length);
        var rows = await FindAsync(request.Items);
        if (rows.Count != request.Items.Length)
            throw new ProblemException(StatusCodes.Status409Conflict, "One of the products is no longer sold.");

        await database.ExecuteAsync(UpdateStock, () =>
        {
            for (int line = 0; line < rows.Count; line++)
                stock.Replace(rows[line].Number, row => Take(row, request.Items[line].Quantity));
        });
        await http.WriteJsonAsync(
            new Reservation(Guid.CreateVersion7(context.Time.GetUtcNow()).ToString(), rows.Count), ShopJson.Default.Reservation);
    });

    private async Task<List<StoredRow<Stock>>> FindAsync(LineItem[] items)
    {
        string[] skus = [.. items.Select(item => item.Sku)];
        if (context.Switches["inventory"] == "batched")
            return await database.QueryAsync(SelectSeveral, io => bySku.SeekManyAsync(skus, io));

        var rows = new List<StoredRow<Stock>>(skus.Length);
        foreach (string sku in skus)
            rows.AddRange(await database.QueryAsync(SelectOne, io => bySku.SeekAsync(sku, io)));
        return rows;
    }

    // A shelf that would run empty has had its delivery in the meantime.
    private static Stock Take(Stock row, int quantity)
        => row with { OnHand = row.OnHand - quantity + (row.OnHand < quantity + 20 ? Delivery : 0) };
}
