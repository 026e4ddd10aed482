using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Shop.Database;
using Shop.Hosting;
using Shop.Model;

namespace Shop.Cart;

/// <summary>What each session is about to buy. Keeps the newest 5,000 carts.</summary>
internal sealed class CartService : IShopService
{
    private const int MostLines = 60;

    private static readonly Statement SelectCart = new("SELECT", "carts", "SELECT session_id, items FROM carts WHERE session_id = ?");
    private static readonly Statement UpsertCart = new(
        "INSERT",
        "carts",
        "INSERT INTO carts (session_id, items) VALUES (?, ?) ON CONFLICT (session_id) DO UPDATE SET items = excluded.items");
    private static readonly Statement DeleteCart = new("DELETE", "carts", "DELETE FROM carts WHERE session_id = ?");

    private readonly ShopDatabase database;
    private readonly Table<CartView> carts = new(5_000);
    private readonly TableIndex<CartView, string> bySession;

    public CartService(ServiceContext context)
    {
        database = context.OpenDatabase(roundTrip: 5);
        bySession = carts.AddIndex(cart => cart.Session);
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/carts/{session}", async http =>
        {
            var found = await FindAsync(http.Route("session"));
            await AnswerAsync(http, found is [{ Row: var cart }] ? cart : new CartView(http.Route("session"), []));
        });
        routes.MapPost("/carts/{session}/items", AddAsync);
        routes.MapDelete("/carts/{session}", async http =>
        {
            var found = await FindAsync(http.Route("session"));
            await database.ExecuteAsync(DeleteCart, () => found.ForEach(row => carts.Remove(row.Number)));
            await http.WriteJsonAsync(new Done(), ShopJson.Default.Done);
        });
    }

    private async Task AddAsync(HttpContext http)
    {
        string session = http.Route("session");
        var added = await http.ReadJsonAsync(ShopJson.Default.AddItems);
        var found = await FindAsync(session);
        LineItem[] before = found is [{ Row: var old }] ? old.Items : [];
        LineItem[] items = [.. before.Concat(added.Items)
            .GroupBy(item => item.Sku)
            .Select(same => new LineItem(same.Key, same.Sum(item => item.Quantity)))];
        if (items.Length > MostLines)
            throw new ProblemException(StatusCodes.Status409Conflict, "The cart is full.");

        var cart = new CartView(session, items);
        await database.ExecuteAsync(UpsertCart, () =>
        {
            if (found.Count == 0 || !carts.Replace(found[0].Number, _ => cart))
                carts.Insert(cart);
        });
        await AnswerAsync(http, cart);
    }

    private Task<List<StoredRow<CartView>>> FindAsync(string session)
        => database.QueryAsync(SelectCart, io => bySession.SeekAsync(session, io, newest: 1));

    private static Task AnswerAsync(HttpContext http, CartView cart)
    {
        Activity.Current?.SetTag("cart.line_count", cart.Items.Length);
        Activity.Current?.SetTag("cart.item_count", cart.Items.Sum(item => item.Quantity));
        return http.WriteJsonAsync(cart, ShopJson.Default.CartView);
    }
}
