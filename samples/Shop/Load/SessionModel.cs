using Shop.Auth;
using Shop.Catalog;
using Shop.Model;

namespace Shop.Load;

/// <summary>
/// Who comes and what they do: browse, search, fill a cart, look at the checkout, pay. At each stage some leave. A seed and
/// a number give the same customer every time.
/// </summary>
internal sealed class SessionModel(int seed)
{
    private static readonly string[] Agents =
    [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
        "ShopApp/7.4.1 (Android 16)",
    ];

    private static readonly string[] Cards = ["visa", "visa", "mastercard", "mastercard", "amex"];
    private static readonly string[] Categories = ["bakery", "dairy", "drinks", "fruit", "pantry", "vegetables"];

    /// <summary>The share of those who came to a stage and go on to the next.</summary>
    public static double GoesOn(Stage stage) => stage switch
    {
        Stage.Browse => 0.92,
        Stage.Search => 0.88,
        Stage.Cart => 0.86,
        Stage.Checkout => 0.90,
        _ => 0,
    };

    /// <summary>The plan of the customer of this number.</summary>
    public SessionPlan Create(long number)
    {
        var random = new Random(HashCode(seed, number));
        string session = $"s-{random.NextInt64():x16}";
        string customer = CustomerBook.Id(random.Next(CustomerBook.Count));
        string agent = Agents[random.Next(Agents.Length)];
        var reached = Stage.Browse;
        while (random.NextDouble() < GoesOn(reached))
            reached++;

        var steps = new List<SessionStep>();
        for (var stage = Stage.Browse; stage <= reached; stage++)
            AddStage(steps, stage, customer, random);
        return new SessionPlan(session, customer, agent, reached, steps);
    }

    /// <summary>The times between customers who come at random at a rate a second.</summary>
    public IEnumerable<TimeSpan> Gaps(double rate)
    {
        var random = new Random(seed);
        while (true)
            yield return TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / rate);
    }

    private static void AddStage(List<SessionStep> steps, Stage stage, string customer, Random random)
    {
        void Add(string path, StepBody? body = null, TimeSpan? think = null)
            => steps.Add(new SessionStep(stage, path, body, think ?? TimeSpan.FromSeconds(0.4 + (random.NextDouble() * 1.6))));

        switch (stage)
        {
            case Stage.Browse:
                Add("/", think: TimeSpan.Zero);
                for (int more = random.Next(1, 4); more > 0; more--)
                    Add($"/products/{Sku(random)}");
                break;
            case Stage.Search:
                for (int more = random.Next(1, 3); more > 0; more--)
                    Add($"/search?q={ProductBook.Nouns[random.Next(ProductBook.Nouns.Length)].ToLowerInvariant()}");
                Add($"/products/{Sku(random)}");
                break;
            case Stage.Cart:
                Add("/login", new StepBody(Login: new LoginRequest("", customer)));
                foreach (var some in Basket(random).Chunk(8))
                    Add("/cart/items", new StepBody(Items: new AddItems(some)));
                Add("/cart");
                break;
            case Stage.Checkout:
                Add("/checkout");
                break;
            default:
                Add("/checkout", new StepBody(Payment: new CardPayment(Cards[random.Next(Cards.Length)])));
                break;
        }
    }

    /// <summary>A week's groceries: 14 to 26 different products, 20 in the middle.</summary>
    private static IEnumerable<LineItem> Basket(Random random)
    {
        int lines = random.Next(7, 14) + random.Next(7, 14);
        var skus = new HashSet<string>();
        while (skus.Count < lines)
            skus.Add(Sku(random));
        return [.. skus.Select(sku => new LineItem(sku, random.Next(1, 4)))];
    }

    // Few products are bought often.
    private static string Sku(Random random)
    {
        double popularity = random.NextDouble();
        return ProductBook.Sku((int)(popularity * popularity * ProductBook.Count));
    }

    private static int HashCode(int seed, long number)
    {
        // SplitMix64's finisher: neighbours must not resemble each other.
        ulong x = ((ulong)(uint)seed << 32) + ((ulong)number * 0x9E3779B97F4A7C15);
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return (int)((x ^ (x >> 31)) & 0x7FFFFFFF);
    }
}
