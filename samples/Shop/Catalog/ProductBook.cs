using Shop.Model;

namespace Shop.Catalog;

/// <summary>What the shop sells: the same products at every start.</summary>
internal static class ProductBook
{
    public const int Count = 2_000;

    public static readonly string[] Nouns =
    [
        "Apples", "Bread", "Butter", "Carrots", "Cheese", "Chocolate", "Coffee", "Crackers", "Flour", "Honey",
        "Lentils", "Milk", "Muesli", "Oats", "Olives", "Pasta", "Pepper", "Potatoes", "Rice", "Tea", "Tomatoes", "Yoghurt",
    ];

    private static readonly string[] Adjectives =
        ["Alpine", "Country", "Crisp", "Dark", "Fine", "Fresh", "Golden", "Mild", "Organic", "Roasted", "Smoked", "Sweet", "Wild"];

    private static readonly string[] Categories = ["bakery", "dairy", "drinks", "fruit", "pantry", "vegetables"];

    /// <summary>The number of a product, counted from 0.</summary>
    public static string Sku(int product) => $"SKU-{product + 1:D4}";

    public static IEnumerable<Product> All()
    {
        var random = new Random(1848);
        for (int product = 0; product < Count; product++)
        {
            string noun = Nouns[random.Next(Nouns.Length)];
            string name = $"{Adjectives[random.Next(Adjectives.Length)]} {noun} {random.Next(1, 20) * 50} g";
            decimal price = decimal.Round(0.79m + (random.Next(0, 900) / 100m), 2);
            yield return new Product(Sku(product), name, Categories[random.Next(Categories.Length)], price);
        }
    }
}
