using Shop.Model;

namespace Shop.Auth;

/// <summary>The shop's customers: the same ones at every start.</summary>
internal static class CustomerBook
{
    public const int Count = 500;

    private static readonly string[] Segments = ["new", "regular", "regular", "plus"];

    // Country and the currency its customers pay in.
    private static readonly (string Country, string Currency)[] Places =
        [("DE", "EUR"), ("FR", "EUR"), ("NL", "EUR"), ("GB", "GBP"), ("US", "USD"), ("SE", "SEK")];

    /// <summary>The id of a customer, counted from 0.</summary>
    public static string Id(int customer) => $"u-{customer + 1:D5}";

    public static IEnumerable<Customer> All()
    {
        var random = new Random(4711);
        for (int customer = 0; customer < Count; customer++)
        {
            var (country, currency) = Places[random.Next(Places.Length)];
            yield return new Customer(Id(customer), Segments[random.Next(Segments.Length)], country, currency);
        }
    }
}
