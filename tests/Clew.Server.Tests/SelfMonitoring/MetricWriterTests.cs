using Clew.Core.Measures;
using Clew.Server.Api.Metrics;

namespace Clew.Server.Tests.SelfMonitoring;

public sealed class MetricWriterTests
{
    [Theory]
    [InlineData("")]
    [InlineData("text/plain")]
    [InlineData("application/openmetrics-text;q=0.4,text/plain;q=0.5")]
    [InlineData("*/*")]
    [InlineData("§§")]
    public void Text_is_the_default(string accept) => Assert.Equal(MetricsFormat.Prometheus, MetricsApi.Choose([accept]));

    [Theory]
    [InlineData("application/openmetrics-text")]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1")]
    public void OpenMetrics_is_told_to_those_who_ask_for_it(string accept) => Assert.Equal(MetricsFormat.OpenMetrics, MetricsApi.Choose([accept]));

    [Fact]
    public void Every_character_survives_in_a_label()
    {
        const string Value = "a\"b\\c\nd,e}f{g é";
        foreach (bool isOpenMetrics in (bool[])[false, true])
        {
            var writer = new MetricWriter(isOpenMetrics ? MetricsFormat.OpenMetrics : MetricsFormat.Prometheus);
            writer.BeginGauge("x", "A \"help\"\nof two lines \\.");
            writer.Sample(-1.5, ("name", Value), ("other", ""));
            Assert.Equal(-1.5, MetricsText.Parse(writer.End(), isOpenMetrics)["x", ("name", Value), ("other", "")]);
        }
    }

    [Fact]
    public void A_histogram_counts_upwards_and_shows_its_exemplars_to_OpenMetrics_alone()
    {
        var histogram = new Histogram([0.1, 1]);
        histogram.Add(0.1);
        histogram.Add(0.5, new Exemplar(new string('a', 32), 0.5, DateTimeOffset.UnixEpoch.AddSeconds(1.25)));
        histogram.Add(7);
        foreach (bool isOpenMetrics in (bool[])[false, true])
        {
            var writer = new MetricWriter(isOpenMetrics ? MetricsFormat.OpenMetrics : MetricsFormat.Prometheus);
            writer.BeginHistogram("x_seconds", "A time.");
            writer.Buckets(histogram, ("of", "it"));
            var text = MetricsText.Parse(writer.End(), isOpenMetrics);
            Assert.Equal(
                (1.0, 2.0, 3.0, 7.6, 3.0),
                (text["x_seconds_bucket", ("of", "it"), ("le", "0.1")], text["x_seconds_bucket", ("of", "it"), ("le", "1.0")],
                    text["x_seconds_bucket", ("of", "it"), ("le", "+Inf")], text["x_seconds_sum", ("of", "it")], text["x_seconds_count", ("of", "it")]));
            Assert.Equal(isOpenMetrics ? 1 : 0, text.Families["x_seconds"].Samples.Count(sample => sample.HasExemplar));
        }
    }

    [Theory]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(1e20, "1E+20")]
    [InlineData(123456789012345, "123456789012345")]
    [InlineData(0.1, "0.1")]
    public void Numbers_are_written_as_the_formats_have_them(double value, string expected)
    {
        var writer = new MetricWriter(MetricsFormat.Prometheus);
        writer.Gauge("x", "It.", value);
        Assert.EndsWith($"\nx {expected}\n", writer.End(), StringComparison.Ordinal);
    }
}
