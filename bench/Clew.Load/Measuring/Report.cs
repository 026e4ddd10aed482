using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Clew.Load.Measuring;

/// <summary>The result of a run: one table for people and one JSON document, of the same figures.</summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<(string Figure, string Value, string Note)> rows = [];
    private readonly JsonObject figures = [];
    private readonly JsonObject json;

    public Report(string verb, IEnumerable<string> arguments) => json = new JsonObject
    {
        ["verb"] = verb,
        ["options"] = string.Join(' ', arguments),
        ["machine"] = Machine.Describe(),
        ["figures"] = figures,
    };

    /// <summary>A figure. In the JSON it is a field named after it and its unit.</summary>
    public void Add(string figure, double value, string unit, string note = "")
    {
        double rounded = value is 0 or double.NaN ? 0 : Math.Round(value, Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 6));
        rows.Add((figure, $"{rounded.ToString("#,0.######", CultureInfo.InvariantCulture)} {unit}".TrimEnd(), note));
        figures[unit.Length == 0 ? figure : $"{figure}, {unit}"] = rounded;
    }

    /// <summary>Latencies of one kind of call.</summary>
    public void Add(string figure, Percentiles times, string note = "")
    {
        static string Text(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
        rows.Add((figure, $"{Text(times.P50)} / {Text(times.P95)} ms", $"p50 / p95 of {times.Count}{(note.Length > 0 ? ", " + note : "")}"));
        figures[figure] = Json(times);
    }

    public void Attach(string name, JsonNode node) => json[name] = node;

    public void Say(string text) => rows.Add((text, "", ""));

    public void Write(TextWriter output, string? path)
    {
        int first = rows.Max(row => row.Value.Length == 0 ? 0 : row.Figure.Length);
        int second = rows.Max(row => row.Value.Length);
        foreach (var (figure, value, note) in rows)
        {
            output.WriteLine(value.Length == 0 ? figure : $"{figure.PadRight(first)}  {value.PadLeft(second)}  {note}".TrimEnd());
        }
        if (path is not null)
        {
            File.WriteAllText(path, json.ToJsonString(Format) + "\n");
        }
    }

    public static JsonObject Json(Percentiles times) => new()
    {
        ["count"] = times.Count,
        ["p50Ms"] = Math.Round(times.P50, 3),
        ["p95Ms"] = Math.Round(times.P95, 3),
        ["p99Ms"] = Math.Round(times.P99, 3),
        ["maxMs"] = Math.Round(times.Max, 3),
    };
}
