using Clew.Server.Hosting;
using Clew.Server.Hosting.Configuration;

namespace Clew.Server.Tests.Hosting;

public sealed class TextFormatTests
{
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("4096", 4096L)]
    [InlineData("1KiB", 1024L)]
    [InlineData("64 mib", 64L << 20)]
    [InlineData("3GiB", 3L << 30)]
    public void Sizes(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out long value));
        Assert.Equal(bytes, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MiB")]
    [InlineData("1.5GiB")]
    [InlineData("-1")]
    [InlineData("9999999999TiB")]
    public void Not_a_size(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData("localhost:4317", true)]
    [InlineData("127.0.0.1:0", true)]
    [InlineData("[::1]:4317", true)]
    [InlineData("0.0.0.0:4317", false)]
    [InlineData("*:4317", false)]
    [InlineData("off", true)]
    public void Addresses(string text, bool loopback)
    {
        Assert.True(ListenAddress.TryParse(text, out var address));
        Assert.Equal(loopback, address.IsLoopback);
    }

    [Theory]
    [InlineData("4317")]
    [InlineData(":4317")]
    [InlineData("localhost:")]
    [InlineData("localhost:65536")]
    [InlineData("example.org:1")]
    public void Not_an_address(string text) => Assert.False(ListenAddress.TryParse(text, out _));

    [Theory]
    [InlineData("--demo --Storage:Directory x", null)]
    [InlineData("--Storage:Directory=x --help", null)]
    [InlineData("--dmeo", "--dmeo")]
    [InlineData("demo", "demo")]
    [InlineData("--Listen:Web --Listen:Jaeger off", "--Listen:Web")]
    public void Words_that_mean_nothing_are_found(string line, string? unknown) =>
        Assert.Equal(unknown, CommandLine.Parse(line.Split(' ')).FirstUnknownArgument());
}
