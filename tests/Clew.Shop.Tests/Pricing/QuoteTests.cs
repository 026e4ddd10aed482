using Shop.Pricing;

namespace Clew.Shop.Tests.Pricing;

public sealed class QuoteTests
{
    [Fact]
    public void DiscountComesBeforeTaxAndTheRateBeforeBoth()
    {
        var quote = PricingService.Calculate(euro: 100m, rate: 1.1m, tax: 0.10m, discount: 0.05m, "USD");
        Assert.Equal(110m, quote.Net);
        Assert.Equal(5.50m, quote.Discount);
        Assert.Equal(10.45m, quote.Tax);
        Assert.Equal(114.95m, quote.Total);
        Assert.Equal("USD", quote.Currency);
    }
}
