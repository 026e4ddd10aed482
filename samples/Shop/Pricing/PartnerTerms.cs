using System.Collections.Concurrent;
using System.Diagnostics;
using Shop.Hosting;
using Shop.Model;

namespace Shop.Pricing;

/// <summary>
/// What three partners say about a purchase: the exchange rate, the tax, the offer of the week. None of them needs to know
/// what another said.
/// </summary>
internal sealed class PartnerTerms(ServiceContext context)
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(10);

    // Every term there is, so that none has to be asked for while a customer waits; also what bounds what is kept.
    private static readonly string[] Currencies = ["EUR", "GBP", "USD", "SEK"];
    private static readonly string[] Countries = ["DE", "FR", "NL", "GB", "US", "SE"];
    private static readonly string[] Segments = ["new", "regular", "plus"];

    private readonly ConcurrentDictionary<string, Term> kept = new();

    private readonly record struct Term(decimal Value, DateTimeOffset Until);

    public async Task<(decimal Rate, decimal Tax, decimal Offer)> GetAsync(string currency, string country, string segment)
    {
        string mode = context.Switches["pricing"];
        if (mode == "sequential")
            return (await RateAsync(currency), await TaxAsync(country), await OfferAsync(segment));

        bool keep = mode == "cached";
        var rate = keep ? KeptAsync($"rate {currency}", () => RateAsync(currency)) : RateAsync(currency);
        var tax = keep ? KeptAsync($"tax {country}", () => TaxAsync(country)) : TaxAsync(country);
        var offer = keep ? KeptAsync($"offer {segment}", () => OfferAsync(segment)) : OfferAsync(segment);
        await Task.WhenAll(rate, tax, offer);
        return (await rate, await tax, await offer);
    }

    /// <summary>Fetches all terms as soon as they are to be kept, and again before they grow old.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var wake = new SemaphoreSlim(0);
        context.Switches.Changed += assignment =>
        {
            if (assignment is { Name: "pricing", Value: "cached" })
                wake.Release();
        };
        while (true)
        {
            await wake.WaitAsync(GoodFor / 2, stopping);
            if (context.Switches["pricing"] == "cached")
                await RefreshAsync();
        }
    }

    private async Task RefreshAsync()
    {
        using var activity = context.Activities.StartActivity("refresh terms");
        try
        {
            await Task.WhenAll(
            [
                .. Currencies.Select(currency => FetchAsync($"rate {currency}", () => RateAsync(currency))),
                .. Countries.Select(country => FetchAsync($"tax {country}", () => TaxAsync(country))),
                .. Segments.Select(segment => FetchAsync($"offer {segment}", () => OfferAsync(segment))),
            ]);
        }
        catch (Exception e) when (e is HttpRequestException or ServiceCallException or OperationCanceledException)
        {
            // The old terms hold until they end; then a customer waits.
            activity?.AddException(e);
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
        }
    }

    private Task<decimal> KeptAsync(string key, Func<Task<decimal>> ask)
        => kept.TryGetValue(key, out var term) && term.Until > context.Time.GetUtcNow()
            ? Task.FromResult(term.Value)
            : FetchAsync(key, ask);

    private async Task<decimal> FetchAsync(string key, Func<Task<decimal>> ask)
    {
        decimal value = await ask();
        if (kept.Count < 1_000)
            kept[key] = new Term(value, context.Time.GetUtcNow() + GoodFor);
        return value;
    }

    private async Task<decimal> RateAsync(string currency)
        => (await context.Calls.GetAsync("fx-rates", "/v1/rates/{currency}", ShopJson.Default.ExchangeRate, currency)).Rate;

    private async Task<decimal> TaxAsync(string country)
        => (await context.Calls.GetAsync("tax-service", "/v1/tax/{country}", ShopJson.Default.TaxRate, country)).Rate;

    private async Task<decimal> OfferAsync(string segment)
        => (await context.Calls.GetAsync("offers-hub", "/v1/offers/{segment}", ShopJson.Default.Offer, segment)).Discount;
}
