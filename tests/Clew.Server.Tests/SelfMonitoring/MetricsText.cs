using System.Globalization;

namespace Clew.Server.Tests.SelfMonitoring;

/// <summary>A strict reader of the two text formats: fails on whatever their specifications do not allow, as far as Clew writes it.</summary>
internal sealed class MetricsText
{
    private static readonly Dictionary<string, string[]> Suffixes = new()
    {
        ["gauge"] = [""],
        ["counter"] = ["_total"],
        ["histogram"] = ["_bucket", "_sum", "_count"],
    };

    public Dictionary<string, Family> Families { get; } = [];

    /// <summary>The value of the one sample with these labels.</summary>
    public double this[string sample, params (string Name, string Value)[] labels] =>
        Families.Values.SelectMany(family => family.Samples).Single(s => s.Name == sample && s.Labels.SequenceEqual(labels)).Value;

    public static MetricsText Parse(string text, bool isOpenMetrics)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        string[] lines = text[..^1].Split('\n');
        if (isOpenMetrics)
        {
            Assert.Equal("# EOF", lines[^1]);
            lines = lines[..^1];
        }
        var result = new MetricsText();
        Family? family = null;
        string? help = null;
        foreach (string line in lines)
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                help = line.Split(' ', 4)[2];
                Assert.NotEmpty(line.Split(' ', 4)[3]);
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                string[] words = line.Split(' ');
                Assert.Equal(4, words.Length);
                Assert.Equal(help, words[2]); // HELP comes first
                Assert.Contains(words[3], Suffixes.Keys);
                // Prometheus text describes a counter by the name of its sample, OpenMetrics by the family's.
                Assert.Equal(words[3] == "counter" && !isOpenMetrics, words[2].EndsWith("_total", StringComparison.Ordinal));
                string name = words[2].EndsWith("_total", StringComparison.Ordinal) ? words[2][..^6] : words[2];
                Assert.All(name, c => Assert.True(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'));
                family = new Family(name, words[3]);
                Assert.True(result.Families.TryAdd(name, family), $"{name} comes twice");
            }
            else if (line.StartsWith("# UNIT ", StringComparison.Ordinal))
            {
                Assert.True(isOpenMetrics);
                string[] words = line.Split(' ');
                Assert.Equal(family!.Name, words[2]);
                Assert.EndsWith("_" + words[3], words[2], StringComparison.Ordinal);
                Assert.Empty(family.Samples);
            }
            else
            {
                family!.Samples.Add(ParseSample(line, family, isOpenMetrics));
            }
        }
        foreach (var histogram in result.Families.Values.Where(f => f.Type == "histogram"))
        {
            CheckHistograms(histogram);
        }
        return result;
    }

    private static Sample ParseSample(string line, Family family, bool isOpenMetrics)
    {
        int at = 0;
        string Until(string ends)
        {
            int start = at;
            while (at < line.Length && !ends.Contains(line[at], StringComparison.Ordinal))
            {
                at++;
            }
            return line[start..at];
        }
        string name = Until("{ ");
        Assert.StartsWith(family.Name, name, StringComparison.Ordinal);
        Assert.Contains(name[family.Name.Length..], Suffixes[family.Type]);
        var labels = new List<(string, string)>();
        if (line[at] == '{')
        {
            do
            {
                at++;
                string label = Until("=");
                Assert.Matches("^[a-z_]+$", label);
                Assert.Equal('"', line[++at]);
                at++;
                var value = new System.Text.StringBuilder();
                while (line[at] != '"')
                {
                    if (line[at] == '\\')
                    {
                        at++;
                        value.Append(line[at] switch { 'n' => '\n', '\\' => '\\', '"' => '"', _ => throw new FormatException(line) });
                    }
                    else
                    {
                        value.Append(line[at]);
                    }
                    at++;
                }
                labels.Add((label, value.ToString()));
                at++;
            }
            while (line[at] == ',');
            Assert.Equal('}', line[at++]);
        }
        Assert.Equal(' ', line[at++]);
        double number = Number(Until(" "));
        string rest = line[at..];
        if (rest.Length > 0)
        {
            Assert.True(isOpenMetrics && name.EndsWith("_bucket", StringComparison.Ordinal), "exemplars are OpenMetrics' and a bucket's");
            Assert.Matches("""^ # \{trace_id="[0-9a-f]{32}"\} [0-9.eE+-]+ [0-9]+\.[0-9]{3}$""", rest);
            double bound = Number(labels.Single(l => l.Item1 == "le").Item2);
            Assert.True(double.Parse(rest.Split(' ')[3], CultureInfo.InvariantCulture) <= bound, "an exemplar lies in its bucket");
        }
        if (family.Type == "counter")
        {
            Assert.True(number >= 0);
        }
        return new Sample(name, labels, number, rest.Length > 0);
    }

    private static void CheckHistograms(Family family)
    {
        foreach (var one in family.Samples.GroupBy(s => string.Join(',', s.Labels.Where(l => l.Name != "le"))))
        {
            var buckets = one.Where(s => s.Name.EndsWith("_bucket", StringComparison.Ordinal)).ToList();
            string[] bounds = [.. buckets.Select(b => b.Labels.Single(l => l.Name == "le").Value)];
            Assert.Equal("+Inf", bounds[^1]);
            Assert.All(bounds[..^1], bound => Assert.Contains('.', bound));
            Assert.Equal(bounds.Select(Number).Order(), bounds.Select(Number));
            Assert.Equal(bounds.Length, bounds.Distinct().Count());
            Assert.Equal(buckets.Select(b => b.Value).Order(), buckets.Select(b => b.Value));
            Assert.Equal(buckets[^1].Value, one.Single(s => s.Name.EndsWith("_count", StringComparison.Ordinal)).Value);
            Assert.Single(one, s => s.Name.EndsWith("_sum", StringComparison.Ordinal));
        }
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    internal sealed record Family(string Name, string Type)
    {
        public List<Sample> Samples { get; } = [];
    }

    internal sealed record Sample(string Name, List<(string Name, string Value)> Labels, double Value, bool HasExemplar);
}
