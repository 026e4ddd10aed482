using System.Text;
using Clew.Analysis.Series;
using Clew.Core.Model;
using Clew.Core.Series;

namespace Clew.Analysis.Tests.Series;

/// <summary>However many names come, the number of series stays in its bounds, and nothing that had a series loses it while it is in use.</summary>
public sealed class SeriesCatalogTests
{
    private static SeriesCatalog Catalog(SeriesLimits limits) =>
        new(limits, (owner, name, variant) => SeriesKey.Red(owner, name, (SpanKind)variant, StatusCode.Unset));

    private static string Resolve(SeriesCatalog catalog, string owner, string name, NameClass nameClass = NameClass.Seen, int variant = 0)
    {
        int series = catalog.Resolve(Encoding.UTF8.GetBytes(owner), Encoding.UTF8.GetBytes(name), variant, nameClass);
        return $"{catalog[series].Labels[0]}|{catalog[series].Labels[1]}|{(catalog.IsFolded(series) ? "folded" : "")}";
    }

    [Fact]
    public void NamesPastTheBoundFold()
    {
        var catalog = Catalog(new SeriesLimits(2, 2));
        Assert.Equal("a|x|", Resolve(catalog, "a", "x"));
        Assert.Equal("a|y|", Resolve(catalog, "a", "y"));
        Assert.Empty(catalog.FoldedOwners);
        Assert.Equal("a|(other)|folded", Resolve(catalog, "a", "z"));
        Assert.Equal("a|x|", Resolve(catalog, "a", "x", variant: 1));
        Assert.Equal("a|told|", Resolve(catalog, "a", "told", NameClass.Told));
        Assert.Equal("a|fixed|", Resolve(catalog, "a", "fixed", NameClass.Fixed));
        Assert.Equal("b|z|", Resolve(catalog, "b", "z"));
        Assert.Equal(["a"], catalog.FoldedOwners);
        Assert.Equal("(other)|(other)|folded", Resolve(catalog, "c", "x"));
        Assert.Equal(["a", "(other)"], catalog.FoldedOwners);
    }

    [Fact]
    public void AFloodOfNamesMakesABoundedNumberOfSeries()
    {
        var catalog = Catalog(new SeriesLimits(Owners: 20, NamesPerOwner: 30, Series: 400));
        var random = new Random(1);
        for (int i = 0; i < 50_000; i++)
        {
            Resolve(catalog, $"s{random.Next(1000)}", $"op{i}", variant: random.Next(6));
            if (i % 5000 == 0)
            {
                catalog.BeginPeriod();
            }
        }
        // The bound, and for each owner and variant the folded name.
        Assert.InRange(catalog.Count, 400, 400 + (21 * 6));
    }

    [Fact]
    public void WhatIsNoLongerSeenGivesUpItsPlaceAndWhatIsKeepsIt()
    {
        var catalog = Catalog(new SeriesLimits(2, 2, KeptPeriods: 2));
        Resolve(catalog, "a", "old");
        Resolve(catalog, "a", "kept");
        Resolve(catalog, "gone", "x");
        Assert.Equal("a|(other)|folded", Resolve(catalog, "a", "new"));
        Assert.Equal("(other)|(other)|folded", Resolve(catalog, "b", "new"));
        for (int period = 0; period < 3; period++)
        {
            Assert.Equal("a|kept|", Resolve(catalog, "a", "kept"));
            catalog.BeginPeriod();
        }
        Assert.Empty(catalog.FoldedOwners);
        Assert.Equal(1, catalog.Count);
        Assert.Equal("a|kept|", Resolve(catalog, "a", "kept"));
        Assert.Equal("a|new|", Resolve(catalog, "a", "new"));
        Assert.Equal("b|new|", Resolve(catalog, "b", "new"));
    }
}
