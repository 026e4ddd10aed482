using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Shop.Database;
using Shop.Hosting;
using Shop.Model;

namespace Shop.Catalog;

/// <summary>Products: featured ones, search, one, several.</summary>
internal sealed class CatalogService : IShopService
{
    private const int PageSize = 24;

    private static readonly Statement SelectFeatured = new(
        "SELECT", "products", "SELECT sku, name, category, price FROM products WHERE category = ? ORDER BY number DESC LIMIT 24");
    private static readonly Statement SelectByWord = new(
        "SELECT", "products", "SELECT sku, name, category, price FROM products WHERE words @@ ? ORDER BY number DESC LIMIT 24");
    private static readonly Statement SelectProduct = new(
        "SELECT", "products", "SELECT sku, name, category, price FROM products WHERE sku = ?");
    private static readonly Statement SelectProducts = new(
        "SELECT", "products", "SELECT sku, name, category, price FROM products WHERE sku IN (?)");

    private readonly ShopDatabase database;
    private readonly Table<Product> products = new(ProductBook.Count);
    private readonly TableIndex<Product, string> bySku;
    private readonly TableIndex<Product, string> byCategory;
    private readonly TableIndex<Product, string> byWord;

    public CatalogService(ServiceContext context)
    {
        database = context.OpenDatabase(roundTrip: 6, page: 0.1);
        bySku = products.AddIndex(product => product.Sku);
        byCategory = products.AddIndex(product => product.Category);
        byWord = products.AddManyIndex(Words);
        foreach (var product in ProductBook.All())
            products.Insert(product);
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/featured", http => ListAsync(http, SelectFeatured, io => byCategory.SeekAsync(http.Query("category"), io, PageSize)));
        routes.MapGet("/products", async http =>
        {
            string word = http.Query("q");
            Activity.Current?.SetTag("search.query", word);
            await ListAsync(http, SelectByWord, io => byWord.SeekAsync(word.ToUpperInvariant(), io, PageSize));
        });
        routes.MapGet("/products/{sku}", async http =>
        {
            Activity.Current?.SetTag("product.sku", http.Route("sku"));
            var found = await database.QueryAsync(SelectProduct, io => bySku.SeekAsync(http.Route("sku"), io));
            if (found is not [{ Row: var product }])
                throw new ProblemException(StatusCodes.Status404NotFound, "There is no such product.");
            await http.WriteJsonAsync(product, ShopJson.Default.Product);
        });
        routes.MapPost("/products/lookup", async http =>
        {
            var wanted = await http.ReadJsonAsync(ShopJson.Default.SkuList);
            await ListAsync(http, SelectProducts, io => bySku.SeekManyAsync(wanted.Skus, io));
        });
    }

    private async Task ListAsync(HttpContext http, Statement statement, Func<PageReader, ValueTask<List<StoredRow<Product>>>> read)
    {
        var found = await database.QueryAsync(statement, read);
        Activity.Current?.SetTag("product.count", found.Count);
        await http.WriteJsonAsync(new ProductList([.. found.Select(row => row.Row)]), ShopJson.Default.ProductList);
    }

    private static IEnumerable<string> Words(Product product)
        => product.Name.ToUpperInvariant().Split(' ').Where(word => word.Length > 2).Distinct();
}
