using System.Globalization;
using System.Text;
using Clew.Core.Measures;

namespace Clew.Server.Api.Metrics;

/// <summary>Writes families of metrics in one of the formats. Names carry their unit as the last word and no <c>_total</c>.</summary>
internal sealed class MetricWriter(MetricsFormat format)
{
    private readonly StringBuilder text = new();
    private string family = "";
    private bool isCounter;

    /// <summary>All that was written, ended as the format asks.</summary>
    public string End() => format == MetricsFormat.OpenMetrics ? text.Append("# EOF\n").ToString() : text.ToString();

    /// <summary>A figure that goes up and down.</summary>
    public void Gauge(string name, string help, double value)
    {
        BeginGauge(name, help);
        Sample(value);
    }

    /// <summary>A figure that only grows.</summary>
    public void Counter(string name, string help, double value)
    {
        BeginCounter(name, help);
        Sample(value);
    }

    /// <summary>Begins a family of gauges; its samples follow.</summary>
    public void BeginGauge(string name, string help) => Begin(name, "gauge", help);

    /// <summary>Begins a family of counters; its samples follow.</summary>
    public void BeginCounter(string name, string help) => Begin(name, "counter", help);

    /// <summary>Begins a family of histograms; each follows by <see cref="Buckets"/>.</summary>
    public void BeginHistogram(string name, string help) => Begin(name, "histogram", help);

    /// <summary>A sample of the family.</summary>
    public void Sample(double value, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Line(isCounter ? "_total" : "", labels, null, value, null);

    /// <summary>A histogram of the family.</summary>
    public void Buckets(Histogram histogram, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        long count = 0;
        for (int i = 0; i <= histogram.Bounds.Length; i++)
        {
            count += histogram.CountOf(i);
            Line("_bucket", labels, i < histogram.Bounds.Length ? histogram.Bounds[i] : double.PositiveInfinity, count, histogram.ExemplarOf(i));
        }
        Line("_sum", labels, null, histogram.Sum, null);
        Line("_count", labels, null, count, null); // The same as the last bucket's, whatever was added meanwhile.
    }

    private void Begin(string name, string type, string help)
    {
        family = name;
        isCounter = type == "counter";
        string described = isCounter && format == MetricsFormat.Prometheus ? name + "_total" : name;
        text.Append("# HELP ").Append(described).Append(' ').Append(Escape(help, quotes: format == MetricsFormat.OpenMetrics)).Append('\n');
        text.Append("# TYPE ").Append(described).Append(' ').Append(type).Append('\n');
        string unit = name[(name.LastIndexOf('_') + 1)..];
        if (format == MetricsFormat.OpenMetrics && (unit is "seconds" or "bytes"))
        {
            text.Append("# UNIT ").Append(described).Append(' ').Append(unit).Append('\n');
        }
    }

    private void Line(string suffix, ReadOnlySpan<(string Name, string Value)> labels, double? bound, double value, Exemplar? exemplar)
    {
        text.Append(family).Append(suffix);
        if (labels.Length > 0 || bound is not null)
        {
            text.Append('{');
            foreach (var (name, labelValue) in labels)
            {
                text.Append(name).Append("=\"").Append(Escape(labelValue, quotes: true)).Append("\",");
            }
            if (bound is { } le)
            {
                text.Append("le=\"").Append(Number(le, isBound: true)).Append("\",");
            }
            text.Length--;
            text.Append('}');
        }
        text.Append(' ').Append(Number(value, isBound: false));
        if (exemplar is not null && format == MetricsFormat.OpenMetrics)
        {
            double seconds = exemplar.Time.ToUnixTimeMilliseconds() / 1000.0;
            text.Append(" # {trace_id=\"").Append(exemplar.TraceId).Append("\"} ").Append(Number(exemplar.Value, isBound: false))
                .Append(' ').Append(seconds.ToString("0.000", CultureInfo.InvariantCulture));
        }
        text.Append('\n');
    }

    /// <summary>Bounds are told apart by their text: OpenMetrics asks for a point in them.</summary>
    private static string Number(double value, bool isBound) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : double.IsNaN(value) ? "NaN"
        : isBound && value == Math.Floor(value) ? value.ToString("0.0", CultureInfo.InvariantCulture)
        : Math.Abs(value) < 1e15 && value == Math.Floor(value) ? value.ToString("0", CultureInfo.InvariantCulture)
        : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string raw, bool quotes)
    {
        string escaped = raw.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }
}
