namespace Shop.Faults;

/// <summary>One thing about the running shop that can be changed while it runs.</summary>
/// <param name="Name">What is written before the equals sign.</param>
/// <param name="Owner">The process that obeys it: a service, or <see cref="SwitchCatalog.Partners"/>.</param>
/// <param name="Values">Every value; the first is the one the shop starts with.</param>
/// <param name="Broken">What <c>shop fault NAME</c> sets.</param>
/// <param name="Mended">What <c>shop fix NAME</c> sets.</param>
internal sealed record SwitchDefinition(string Name, string Owner, string[] Values, string Broken, string Mended)
{
    public string Initial => Values[0];
}
