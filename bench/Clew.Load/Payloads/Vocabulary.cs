using System.Text;

namespace Clew.Load.Payloads;

/// <summary>
/// The words of the load: twelve services, their routes, and 3,000 statements. The statements of one service and verb have the same
/// length, so that one can be patched over another.
/// </summary>
internal static class Vocabulary
{
    public const int Statements = 3000;
    public const int Users = 100_000;

    public static readonly string[] Services =
    [
        "storefront", "cart", "catalog", "pricing", "checkout", "payment", "fraud-check", "order", "inventory", "shipping", "notification", "auth",
    ];

    public static readonly string[] Verbs = ["SELECT", "UPDATE", "INSERT"];

    private static readonly string[] Tables =
    [
        "sessions", "cart_items", "products", "price_rules", "checkouts", "payments", "risk_cases", "orders", "stock_levels", "shipments", "messages", "customers",
    ];

    private static readonly string[] Columns =
    [
        "created_at", "updated_at", "owner_name", "unit_price", "item_count", "order_code", "ship_state", "risk_score", "promo_code", "batch_code",
    ];

    private static readonly string[] Methods = ["GET", "POST", "GET", "PUT", "GET"];

    private static readonly byte[][][] StatementTexts = MakeStatements();

    public static string Table(int service) => Tables[service];

    /// <summary>Five routes a service, each with its method.</summary>
    public static (string Method, string Route) Route(int service, int number) =>
        (Methods[number], $"/api/v2/{Services[service]}/{(number % 2 == 0 ? "{id}" : "items")}/{Columns[number].Replace('_', '-')}");

    /// <summary>The statements of a service and verb, UTF-8, all of one length.</summary>
    public static byte[][] StatementsOf(int service, int verb) => StatementTexts[(service * Verbs.Length) + verb];

    /// <summary>Attributes of one instance of a service: 5 to 11, by service.</summary>
    public static IEnumerable<(string Key, string Value)> Resource(int service, int instance)
    {
        string name = Services[service];
        string pod = $"{name}-{Mix.Of(7, (ulong)((service * 64) + instance)):x16}";
        (string, string)[] all =
        [
            ("service.name", name), ("service.version", $"2.{service}.{instance % 2}"), ("service.namespace", "shop"),
            ("deployment.environment.name", "production"), ("service.instance.id", pod), ("telemetry.sdk.name", "opentelemetry"),
            ("telemetry.sdk.language", service % 3 == 0 ? "java" : service % 3 == 1 ? "dotnet" : "go"), ("telemetry.sdk.version", "1.20.1"),
            ("host.name", $"node-{instance % 3}.eu.example.com"), ("k8s.pod.name", pod), ("cloud.region", "eu-central-1"),
        ];
        return all.Take(5 + (service % 7));
    }

    private static byte[][][] MakeStatements()
    {
        int buckets = Services.Length * Verbs.Length;
        return Enumerable.Range(0, buckets).Select(bucket =>
        {
            int count = (Statements / buckets) + (bucket < Statements % buckets ? 1 : 0);
            return Enumerable.Range(0, count).Select(i => Encoding.UTF8.GetBytes(Statement(bucket / Verbs.Length, bucket % Verbs.Length, i))).ToArray();
        }).ToArray();
    }

    private static string Statement(int service, int verb, int number)
    {
        string a = Columns[number % 10];
        string b = Columns[(number / 10) % 10];
        string c = Columns[(number + service) % 10];
        string table = Tables[service];
        return verb switch
        {
            0 => $"SELECT id, {a}, {b} FROM {table} WHERE {c} = $1 ORDER BY {a} LIMIT 50",
            1 => $"UPDATE {table} SET {a} = $1, {b} = $2, version = version + 1 WHERE id = $3 AND {c} < $4",
            _ => $"INSERT INTO {table} (id, {a}, {b}, {c}) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        };
    }
}
