using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Shop.Hosting;
using Shop.Model;
using Shop.Telemetry;

namespace Shop.Storefront;

/// <summary>What the customer's browser talks to. A session is the cookie <c>sid</c>.</summary>
internal sealed class StorefrontService(ServiceContext context) : IShopService
{
    private readonly ServiceCalls calls = context.Calls;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", http => ProductsAsync(http, "/featured?category={category}", "fruit"));
        routes.MapGet("/search", http => ProductsAsync(http, "/products?q={q}", http.Query("q")));
        routes.MapGet("/products/{sku}", ProductAsync);
        routes.MapPost("/login", LogInAsync);
        routes.MapPost("/cart/items", AddAsync);
        routes.MapGet("/cart", CartAsync);
        routes.MapGet("/checkout", CheckoutPageAsync);
        routes.MapPost("/checkout", CheckoutAsync);
        routes.MapGet("/orders/{id}", OrderAsync);
    }

    private async Task ProductsAsync(HttpContext http, string template, string value)
    {
        Session(http);
        var list = await calls.GetAsync("catalog", template, ShopJson.Default.ProductList, value);
        Activity.Current?.SetTag("product.count", list.Products.Length);
        await http.WriteJsonAsync(list, ShopJson.Default.ProductList);
    }

    private async Task ProductAsync(HttpContext http)
    {
        Session(http);
        Activity.Current?.SetTag("product.sku", http.Route("sku"));
        var product = await calls.GetAsync("catalog", "/products/{sku}", ShopJson.Default.Product, http.Route("sku"));
        await http.WriteJsonAsync(product, ShopJson.Default.Product);
    }

    private async Task LogInAsync(HttpContext http)
    {
        string session = Session(http);
        var login = await http.ReadJsonAsync(ShopJson.Default.LoginRequest);
        var customer = await calls.PostAsync(
            "auth", "/sessions", login with { Session = session }, ShopJson.Default.LoginRequest, ShopJson.Default.Customer);
        Baggage.Mark(Baggage.User, customer.Id);
        await http.WriteJsonAsync(customer, ShopJson.Default.Customer);
    }

    private async Task AddAsync(HttpContext http)
    {
        var (session, _) = await CustomerAsync(http);
        var items = await http.ReadJsonAsync(ShopJson.Default.AddItems);
        var cart = await calls.PostAsync(
            "cart", "/carts/{session}/items", items, ShopJson.Default.AddItems, ShopJson.Default.CartView, session);
        Activity.Current?.SetTag("cart.line_count", cart.Items.Length);
        await http.WriteJsonAsync(cart, ShopJson.Default.CartView);
    }

    private async Task CartAsync(HttpContext http)
    {
        var (session, _) = await CustomerAsync(http);
        var cart = await calls.GetAsync("cart", "/carts/{session}", ShopJson.Default.CartView, session);
        var products = await calls.PostAsync(
            "catalog",
            "/products/lookup",
            new SkuList([.. cart.Items.Select(item => item.Sku)]),
            ShopJson.Default.SkuList,
            ShopJson.Default.ProductList);
        var quantities = cart.Items.ToDictionary(item => item.Sku, item => item.Quantity);
        decimal subtotal = products.Products.Sum(product => product.Price * quantities[product.Sku]);
        Activity.Current?.SetTag("cart.line_count", cart.Items.Length);
        Activity.Current?.SetTag("cart.value", (double)subtotal);
        await http.WriteJsonAsync(new CartPage(products, cart, subtotal), ShopJson.Default.CartPage);
    }

    private async Task CheckoutPageAsync(HttpContext http)
    {
        var (session, customer) = await CustomerAsync(http);
        var cart = calls.GetAsync("cart", "/carts/{session}", ShopJson.Default.CartView, session);
        var delivery = calls.GetAsync(
            "shipping", "/delivery-options?country={country}", ShopJson.Default.DeliveryOptions, customer.Country);
        await Task.WhenAll(cart, delivery);
        await http.WriteJsonAsync(new CheckoutPage(await cart, (await delivery).Options), ShopJson.Default.CheckoutPage);
    }

    private async Task CheckoutAsync(HttpContext http)
    {
        var activity = Activity.Current;
        var (session, customer) = await CustomerAsync(http);
        var payment = await http.ReadJsonAsync(ShopJson.Default.CardPayment);
        activity?.SetTag("payment.method", payment.Card);
        activity?.SetTag("customer.segment", customer.Segment);
        activity?.SetTag("customer.country", customer.Country);
        var receipt = await calls.PostAsync(
            "checkout",
            "/orders",
            new CheckoutRequest(session, customer, payment.Card),
            ShopJson.Default.CheckoutRequest,
            ShopJson.Default.Receipt);
        Baggage.Mark(activity, Baggage.Order, receipt.Order);
        activity?.SetTag("order.value", (double)receipt.Total.Amount);
        activity?.SetTag("order.currency", receipt.Total.Currency);
        activity?.SetTag("order.line_count", receipt.Lines);
        await http.WriteJsonAsync(receipt, ShopJson.Default.Receipt);
    }

    private async Task OrderAsync(HttpContext http)
    {
        await CustomerAsync(http);
        Baggage.Mark(Baggage.Order, http.Route("id"));
        var order = await calls.GetAsync("order", "/orders/{id}", ShopJson.Default.PlacedOrder, http.Route("id"));
        await http.WriteJsonAsync(order, ShopJson.Default.PlacedOrder);
    }

    /// <summary>The session's id, marked on the request's span and all below.</summary>
    private static string Session(HttpContext http)
    {
        string session = http.Request.Cookies["sid"] ?? "";
        Baggage.Mark(Baggage.Session, session);
        return session;
    }

    private async Task<(string Session, Customer Customer)> CustomerAsync(HttpContext http)
    {
        var request = Activity.Current;
        string session = Session(http);
        if (session.Length == 0)
            throw new ProblemException(StatusCodes.Status401Unauthorized, "Please log in.");
        var customer = await calls.PostAsync(
            "auth", "/sessions/verify", new VerifyRequest(session), ShopJson.Default.VerifyRequest, ShopJson.Default.Customer);
        Baggage.Mark(request, Baggage.User, customer.Id);
        return (session, customer);
    }
}
