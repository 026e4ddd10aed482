using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Shop.Hosting;
using Shop.Model;
using Shop.Telemetry;

namespace Shop.Checkout;

/// <summary>Turns a cart into an order: every step needs the one before it.</summary>
internal sealed class CheckoutService(ServiceContext context) : IShopService
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/orders", async http =>
    {
        var request = await http.ReadJsonAsync(ShopJson.Default.CheckoutRequest);
        await http.WriteJsonAsync(await PlaceAsync(request), ShopJson.Default.Receipt);
    });

    private async Task<Receipt> PlaceAsync(CheckoutRequest request)
    {
        var calls = context.Calls;
        var customer = request.Customer;
        string order = NewOrderId();
        Baggage.Mark(Baggage.Order, order);

        // 1. What is being bought, and what it costs.
        var cart = await calls.GetAsync("cart", "/carts/{session}", ShopJson.Default.CartView, request.Session);
        if (cart.Items.Length == 0)
            throw new ProblemException(StatusCodes.Status409Conflict, "The cart is empty.");
        var products = await calls.PostAsync(
            "catalog",
            "/products/lookup",
            new SkuList([.. cart.Items.Select(item => item.Sku)]),
            ShopJson.Default.SkuList,
            ShopJson.Default.ProductList);
        var quote = await calls.PostAsync(
            "pricing", "/quotes", QuoteOf(cart, products, customer), ShopJson.Default.QuoteRequest, ShopJson.Default.Quote);
        var total = new Money(quote.Total, quote.Currency);
        Describe(cart, total);

        // 2. It is there, it is wanted by whom it says, and it is paid for.
        await calls.PostAsync(
            "inventory",
            "/reservations",
            new ReservationRequest(order, cart.Items),
            ShopJson.Default.ReservationRequest,
            ShopJson.Default.Reservation);
        var assessment = await calls.PostAsync(
            "fraud",
            "/assessments",
            new AssessmentRequest(order, customer.Id, customer.Country, total),
            ShopJson.Default.AssessmentRequest,
            ShopJson.Default.Assessment);
        if (!assessment.Accepted)
            throw new ProblemException(StatusCodes.Status409Conflict, "The order cannot be accepted.");
        var authorization = await calls.PostAsync(
            "payment",
            "/authorizations",
            new AuthorizationRequest(order, total, request.Card),
            ShopJson.Default.AuthorizationRequest,
            ShopJson.Default.Authorization);

        // 3. It becomes an order; what follows from that happens afterwards.
        var placed = await calls.PostAsync(
            "order",
            "/orders",
            new PlaceOrderRequest(order, request.Session, customer.Id, customer.Country, cart.Items, total, authorization.Id),
            ShopJson.Default.PlaceOrderRequest,
            ShopJson.Default.PlacedOrder);
        await calls.DeleteAsync("cart", "/carts/{session}", request.Session);
        return new Receipt(order, total, cart.Items.Length, placed.Tier);
    }

    private string NewOrderId()
        => $"o-{context.Time.GetUtcNow():yyMMdd}-{Random.Shared.GetHexString(8, lowercase: true)}";

    private static QuoteRequest QuoteOf(CartView cart, ProductList products, Customer customer)
    {
        var prices = products.Products.ToDictionary(product => product.Sku, product => product.Price);
        PricedLine[] lines = [.. cart.Items
            .Where(item => prices.ContainsKey(item.Sku))
            .Select(item => new PricedLine(item.Sku, item.Quantity, prices[item.Sku]))];
        return new QuoteRequest(lines, customer.Currency, customer.Country, customer.Segment);
    }

    private static void Describe(CartView cart, Money total)
    {
        var activity = Activity.Current;
        activity?.SetTag("order.value", (double)total.Amount);
        activity?.SetTag("order.currency", total.Currency);
        activity?.SetTag("order.line_count", cart.Items.Length);
        activity?.SetTag("order.item_count", cart.Items.Sum(item => item.Quantity));
    }
}
