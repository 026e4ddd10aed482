using Shop.Cli;
using Shop.Supervision;

namespace Clew.Shop.Tests.Cli;

public sealed class ArgumentsTests
{
    [Fact]
    public void OptionsFlagsAndWordsAreToldApart()
    {
        var arguments = new Arguments(["a", "--rate", "2.5", "--all", "--seed=7", "b=c"], ["rate", "seed"], ["all"]);
        Assert.Equal(["a", "b=c"], arguments.Words);
        Assert.Equal(2.5, arguments.Rate("rate", 1));
        Assert.Equal(7, arguments.Whole("seed", 0, 0, 10));
        Assert.True(arguments.Has("all"));
    }

    [Theory]
    [InlineData("90", 90)]
    [InlineData("90s", 90)]
    [InlineData("1.5m", 90)]
    [InlineData("2h", 7200)]
    public void TimesAreReadWithTheirUnit(string text, double seconds)
        => Assert.Equal(TimeSpan.FromSeconds(seconds), new Arguments(["--duration", text], ["duration"], []).Duration("duration"));

    [Theory]
    [InlineData("--unknown", "1")]
    [InlineData("--rate")]
    [InlineData("--rate", "0")]
    [InlineData("--rate", "NaN")]
    [InlineData("--rate", "fast")]
    [InlineData("--duration", "s")]
    [InlineData("--duration", "-5s")]
    [InlineData("--all=yes")]
    public void WhatCannotBeMeantIsRefused(params string[] text)
    {
        Assert.Throws<ShopException>(() =>
        {
            var arguments = new Arguments(text, ["rate", "duration"], ["all"]);
            arguments.Rate("rate", 1);
            arguments.Duration("duration");
        });
    }
}
