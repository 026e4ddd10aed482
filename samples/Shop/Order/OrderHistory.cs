using Shop.Auth;

namespace Shop.Order;

/// <summary>The orders of the years before: the same ones at every start.</summary>
internal static class OrderHistory
{
    public const int Count = 48_000;

    public static IEnumerable<OrderRow> All()
    {
        var random = new Random(1964);
        string[] customers = [.. Enumerable.Range(0, CustomerBook.Count).Select(CustomerBook.Id)];
        for (int order = 0; order < Count; order++)
        {
            decimal value = 20 + (random.Next(0, 24_000) / 100m);
            yield return new OrderRow(null, customers[random.Next(customers.Length)], value, "delivered");
        }
    }
}
