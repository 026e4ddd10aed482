using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Shop.Database;
using Shop.Hosting;
using Shop.Model;

namespace Shop.Pricing;

/// <summary>What a cart costs a customer: price list, exchange rate, tax, offers.</summary>
internal sealed class PricingService : IShopService
{
    private static readonly Statement SelectRules = new(
        "SELECT", "price_rules", "SELECT segment, minimum, discount FROM price_rules WHERE segment = ?");

    private readonly ServiceContext context;
    private readonly ShopDatabase database;
    private readonly PartnerTerms terms;
    private readonly Table<PriceRule> rules = new(100);
    private readonly TableIndex<PriceRule, string> bySegment;

    private sealed record PriceRule(string Segment, decimal Minimum, decimal Discount);

    public PricingService(ServiceContext context)
    {
        this.context = context;
        database = context.OpenDatabase(roundTrip: 6);
        terms = new PartnerTerms(context);
        bySegment = rules.AddIndex(rule => rule.Segment);
        rules.Insert(new PriceRule("regular", 80m, 0.01m));
        rules.Insert(new PriceRule("plus", 0m, 0.02m));
        rules.Insert(new PriceRule("plus", 120m, 0.01m));
    }

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/quotes", async http =>
    {
        var request = await http.ReadJsonAsync(ShopJson.Default.QuoteRequest);
        decimal net = request.Lines.Sum(line => line.Price * line.Quantity);
        var found = await database.QueryAsync(SelectRules, io => bySegment.SeekAsync(request.Segment, io));
        decimal house = found.Where(row => net >= row.Row.Minimum).Sum(row => row.Row.Discount);
        var (rate, tax, offer) = await terms.GetAsync(request.Currency, request.Country, request.Segment);

        var quote = Calculate(net, rate, tax, house + offer, request.Currency);
        Activity.Current?.SetTag("order.value", (double)quote.Total);
        Activity.Current?.SetTag("order.currency", quote.Currency);
        Activity.Current?.SetTag("order.line_count", request.Lines.Length);
        await http.WriteJsonAsync(quote, ShopJson.Default.Quote);
    });

    public Task RunAsync(CancellationToken stopping) => terms.RunAsync(stopping);

    internal static Quote Calculate(decimal euro, decimal rate, decimal tax, decimal discount, string currency)
    {
        decimal net = decimal.Round(euro * rate, 2);
        decimal less = decimal.Round(net * discount, 2);
        decimal taxed = decimal.Round((net - less) * tax, 2);
        return new Quote(net, less, taxed, net - less + taxed, currency);
    }
}
