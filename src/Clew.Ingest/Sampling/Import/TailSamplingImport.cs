using Clew.Ingest.Sampling.Policies;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Clew.Ingest.Sampling.Import;

/// <summary>
/// Reads the policies of the OpenTelemetry Collector's <c>tail_sampling</c> processor: a whole configuration, the processor's settings, or
/// the list of policies alone.
/// </summary>
/// <remarks>
/// There, a trace is kept if any policy keeps it, unless one drops it or finds what it was told to find in reverse. So here: any of the
/// policies, and none of those.
/// </remarks>
public static class TailSamplingImport
{
    /// <summary>Longest text, in characters.</summary>
    public const int MaxLength = 1 << 20;

    private const int MaxDepth = 100;
    private const string Processor = "tail_sampling";

    private static readonly string[] Listed = ["policies"];

    /// <summary>Reads the text. Never throws for what is in it.</summary>
    public static ImportResult Read(string yaml)
    {
        var notes = new List<ImportNote>();
        try
        {
            if (yaml.Length > MaxLength)
            {
                notes.Add(new(1, "text", $"It is longer than {MaxLength} characters."));
                return new ImportResult(null, notes);
            }
            CheckDepth(yaml);
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            var policies = stream.Documents.Count == 0 ? null : FindPolicies(stream.Documents[0].RootNode, notes);
            return new ImportResult(policies is null ? null : Combine(policies, notes), notes);
        }
        catch (YamlException exception)
        {
            notes.Add(new((int)exception.Start.Line, "text", $"This is not YAML: {exception.Message}"));
            return new ImportResult(null, notes);
        }
    }

    /// <summary>The nodes are built by calls as deep as the text is nested.</summary>
    private static void CheckDepth(string yaml)
    {
        var parser = new Parser(new StringReader(yaml));
        int depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current is MappingStart or SequenceStart ? 1 : parser.Current is MappingEnd or SequenceEnd ? -1 : 0;
            if (depth > MaxDepth)
            {
                throw new YamlException(parser.Current!.Start, parser.Current.End, $"it is nested more than {MaxDepth} deep");
            }
        }
    }

    private static YamlSequenceNode? FindPolicies(YamlNode root, List<ImportNote> notes)
    {
        if (root is YamlSequenceNode list)
        {
            return list;
        }
        var settings = new YamlSettings(root, notes);
        if (settings.Map("processors") is { } processors)
        {
            settings = processors;
        }
        var found = settings.Keys.Where(key => key == Processor || key.StartsWith($"{Processor}/", StringComparison.Ordinal)).ToList();
        if (found.Count > 0)
        {
            foreach (string other in found.Skip(1))
            {
                settings.Note(other, other, "Only the first processor of this kind is taken.");
            }
            settings = settings.Map(found[0])!;
        }
        var policies = settings.List("policies");
        if (policies is null)
        {
            notes.Add(new((int)root.Start.Line, Processor, "There is no list of policies of a tail_sampling processor."));
            return null;
        }
        foreach (string key in settings.Keys.Except(Listed))
        {
            settings.Note(key, key, "This is no policy. Clew's Assembly and Sampling keys say when traces close and what is remembered.");
        }
        return policies;
    }

    private static SamplingPolicy? Combine(YamlSequenceNode list, List<ImportNote> notes)
    {
        var import = new PolicyImport(notes);
        var keep = new List<SamplingPolicy>();
        var veto = new List<SamplingPolicy>();
        foreach (var node in list)
        {
            import.Take(node, keep, veto);
        }
        if (keep.Count == 0 && veto.Count == 0)
        {
            return null;
        }
        // What only drops keeps nothing there either.
        SamplingPolicy any = keep.Count switch { 0 => new ProbabilityPolicy(0), 1 => keep[0], _ => new OrPolicy(keep) };
        return veto.Count == 0 ? any : new AndPolicy([new NotPolicy(veto.Count == 1 ? veto[0] : new OrPolicy(veto)), any]);
    }
}
