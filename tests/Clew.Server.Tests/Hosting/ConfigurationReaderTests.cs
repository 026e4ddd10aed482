using Clew.Server.Hosting.Configuration;
using Microsoft.Extensions.Configuration;

namespace Clew.Server.Tests.Hosting;

public sealed class ConfigurationReaderTests
{
    [Fact]
    public void Defaults_hold_where_nothing_is_set()
    {
        var reader = Reader();
        var config = ClewConfig.Read(reader, demo: false);
        Assert.Empty(reader.Errors);
        Assert.Equal("localhost:4317", config.Listen.OtlpGrpc.ToString());
        Assert.Equal(64 << 20, config.Otlp.MaxPayloadBytes);
        Assert.Equal(TimeSpan.FromSeconds(6), config.Pipeline.QuietPeriod);
    }

    [Fact]
    public void Values_are_read_and_typed()
    {
        var reader = Reader(("Otlp:MaxPayloadBytes", "8MiB"), ("Assembly:QuietPeriod", "1m30s"), ("Listen:Jaeger", "off"), ("Journal:Sync", "Interval"));
        var config = ClewConfig.Read(reader, demo: false);
        Assert.Empty(reader.Errors);
        Assert.Equal(8 << 20, config.Otlp.MaxPayloadBytes);
        Assert.Equal(TimeSpan.FromSeconds(90), config.Pipeline.QuietPeriod);
        Assert.True(config.Listen.Jaeger.IsOff);
        Assert.Equal(Clew.Ingest.Journal.JournalSyncPolicy.Interval, config.Journal.Sync);
    }

    [Theory]
    [InlineData("Otlp:MaxPayloadBytes", "2GiB")]
    [InlineData("Otlp:MaxPayloadBytes", "-1")]
    [InlineData("Otlp:MaxBufferedBytes", "1MiB")]
    [InlineData("Otlp:MaxNestingDepth", "1e3")]
    [InlineData("Journal:BoundBytes", "16KiB")]
    [InlineData("Assembly:QuietPeriod", "soon")]
    [InlineData("Listen:AllowRemote", "maybe")]
    [InlineData("Listen:Otlp:Http", "localhost")]
    [InlineData("Listen:Otlp:Http", "localhost:70000")]
    [InlineData("Storage:Directroy", "x")]
    [InlineData("Series:Retention:Minutes", "1h")]
    [InlineData("Series:Retention:Hours", "24h")]
    public void A_wrong_value_is_one_error_that_names_its_key(string key, string value)
    {
        var reader = Reader((key, value));
        ClewConfig.Read(reader, demo: false);
        Assert.StartsWith(key, Assert.Single(reader.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void The_documentation_lists_every_key_with_its_default()
    {
        var reader = Reader();
        ClewConfig.Read(reader, demo: false);
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Clew.slnx")))
        {
            folder = folder.Parent!;
        }
        string[] documented = [.. File.ReadLines(Path.Combine(folder.FullName, "docs", "operations", "configuration.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))];
        var expected = reader.Keys.Select(key => key.Name == "Storage:Directory"
            ? $"| `{key.Name}` | `clew` in the user's data directory | {key.Description} |"
            : $"| `{key.Name}` | `{key.Default}` | {key.Description} |");
        Assert.Equal(expected, documented);
    }

    private static ConfigurationReader Reader(params (string Key, string Value)[] values)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        return new ConfigurationReader(configuration);
    }
}
