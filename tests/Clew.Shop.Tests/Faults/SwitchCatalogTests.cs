using Shop.Faults;

namespace Clew.Shop.Tests.Faults;

public sealed class SwitchCatalogTests
{
    [Theory]
    [InlineData("pricing=cached", "pricing", "cached")]
    [InlineData("inventory=per-item", "inventory", "per-item")]
    [InlineData("orders=indexed", "orders", "indexed")]
    public void ANameAndAValueAreRead(string text, string name, string value)
    {
        Assert.True(SwitchCatalog.TryParse(text, known => known.Broken, out var assignment, out _));
        Assert.Equal(new SwitchAssignment(name, value), assignment);
        Assert.Equal(text, assignment.ToString());
    }

    [Fact]
    public void ABareNameTakesTheValueOfTheVerb()
    {
        Assert.True(SwitchCatalog.TryParse("pricing", known => known.Mended, out var mended, out _));
        Assert.True(SwitchCatalog.TryParse("payment", known => known.Broken, out var broken, out _));
        Assert.Equal("parallel", mended.Value);
        Assert.Equal("declines", broken.Value);
    }

    [Theory]
    [InlineData("prices=cached", "there is no switch 'prices'")]
    [InlineData("", "there is no switch ''")]
    [InlineData("pricing=", "'pricing' takes sequential or parallel or cached, not ''")]
    [InlineData("orders=scan=indexed", "'orders' takes scan or indexed, not 'scan=indexed'")]
    public void WhatIsNotKnownIsRefusedWithWhatIs(string text, string expected)
    {
        Assert.False(SwitchCatalog.TryParse(text, known => known.Broken, out _, out string? error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void EverySwitchStartsBreaksAndMendsAtOneOfItsValues()
    {
        foreach (var definition in SwitchCatalog.All)
        {
            Assert.Contains(definition.Initial, definition.Values);
            Assert.Contains(definition.Broken, definition.Values);
            Assert.Contains(definition.Mended, definition.Values);
            Assert.NotEqual(definition.Broken, definition.Mended);
        }
    }

    [Fact]
    public void ABoardTellsOfEveryChangeAfterItIsInForce()
    {
        var board = new SwitchBoard();
        string? seen = null;
        board.Changed += assignment => seen = $"{assignment} {board[assignment.Name]}";
        board.Set(new SwitchAssignment("pricing", "cached"));
        Assert.Equal("pricing=cached cached", seen);
        Assert.Contains(new SwitchAssignment("orders", "scan"), board.Positions());
    }
}
