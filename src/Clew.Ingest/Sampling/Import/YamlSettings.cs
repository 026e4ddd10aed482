using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Clew.Ingest.Sampling.Import;

/// <summary>A mapping of the text, with typed values; what is missing or wrong is noted with its line.</summary>
internal sealed class YamlSettings(YamlNode node, List<ImportNote> notes)
{
    private readonly YamlMappingNode? map = node as YamlMappingNode;

    public int Line => (int)node.Start.Line;

    public IEnumerable<string> Keys => map?.Children.Keys.OfType<YamlScalarNode>().Select(key => key.Value ?? "") ?? [];

    public void Note(string key, string what, string why) => notes.Add(new((int)(Find(key) ?? node).Start.Line, what, why));

    public YamlSettings? Map(string key) => Find(key) is YamlMappingNode found ? new YamlSettings(found, notes) : null;

    public YamlSequenceNode? List(string key) => Find(key) as YamlSequenceNode;

    public string? Text(string key) => (Find(key) as YamlScalarNode)?.Value;

    public IReadOnlyList<string> Texts(string key) => List(key)?.OfType<YamlScalarNode>().Select(item => item.Value ?? "").ToList() ?? [];

    /// <summary>A number; null where there is none. What is no number is noted.</summary>
    public double? Number(string key, string what)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }
        if (double.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && double.IsFinite(number))
        {
            return number;
        }
        Note(key, what, $"'{key}' is not a number.");
        return null;
    }

    public bool Flag(string key) => string.Equals(Text(key), "true", StringComparison.OrdinalIgnoreCase);

    private YamlNode? Find(string key) => map is not null && map.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;
}
