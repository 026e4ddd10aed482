using Clew.Core.Files;
using Clew.Storage.Embedded.Deletions;
using Clew.Storage.Embedded.Recovery;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Offline;

/// <summary>The files of a store that nobody has open, as they lie there. Paths are relative to the directory.</summary>
internal sealed class StoreFiles
{
    public StoreFiles(IFileLayer files, string root)
    {
        Files = files;
        Root = root;
        try
        {
            Manifest = Manifest.Read(files, root);
            ManifestProblem = Manifest is null ? "there is none" : null;
        }
        catch (Exception failure) when (failure is InvalidDataException or ArgumentException or OverflowException)
        {
            ManifestProblem = $"it is damaged: {failure.Message}";
        }
        foreach (string directory in SegmentPaths.Directories(files, root).Prepend(""))
        {
            foreach (string name in files.ListFiles(Path.Combine(root, directory)))
            {
                List<string>? kind = Path.GetExtension(name) switch
                {
                    SegmentPaths.Extension => Segments,
                    DeletionFile.Extension => Lists,
                    SegmentPaths.TemporarySuffix => Temporary,
                    StoreRecovery.DamagedSuffix => SetAside,
                    _ => null,
                };
                kind?.Add(Path.Combine(directory, name));
            }
        }
    }

    public IFileLayer Files { get; }

    public string Root { get; }

    /// <summary>The manifest, or null.</summary>
    public Manifest? Manifest { get; }

    /// <summary>Why there is no manifest.</summary>
    public string? ManifestProblem { get; }

    public List<string> Segments { get; } = [];

    public List<string> Lists { get; } = [];

    public List<string> Temporary { get; } = [];

    public List<string> SetAside { get; } = [];

    /// <summary>Segments and lists that the manifest does not name: the next start removes them.</summary>
    public IReadOnlyList<string> Unnamed()
    {
        if (Manifest is null)
        {
            return [];
        }
        var named = Manifest.Segments.Select(entry => entry.Path).ToHashSet(StringComparer.Ordinal);
        var lists = named.Select(DeletionFile.PathOf).ToHashSet(StringComparer.Ordinal);
        return [.. Segments.Where(path => !named.Contains(path)), .. Lists.Where(path => !lists.Contains(path))];
    }
}
