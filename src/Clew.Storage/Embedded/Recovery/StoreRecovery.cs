using Clew.Core.Files;
using Clew.Storage.Embedded.Deletions;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Recovery;

/// <summary>
/// Brings a directory into order before it is used.
/// </summary>
/// <remarks>
/// <para>With a sound manifest it is the truth: segments it does not name are leftovers of unfinished work and are removed, those it
/// names and that are missing or of another length are reported, left out and not forgotten. Segments themselves are not opened.</para>
/// <para>Without one (damaged or lost) the segments explain themselves: every readable one whose append is complete is taken, nothing is
/// removed but temporary files, and a new manifest is written. The old one is kept beside it.</para>
/// <para>Files that turn out unreadable on that way are renamed to *.damaged, never deleted.</para>
/// </remarks>
internal sealed class StoreRecovery(IFileLayer files, string root)
{
    public const string DamagedSuffix = ".damaged";

    private readonly List<string> problems = [];
    private readonly HashSet<string> unusable = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DeletionList> deletions = new(StringComparer.Ordinal);
    private readonly List<string> lists = []; // files of deletion lists
    private int leftovers;

    /// <exception cref="IOException">The directory cannot be used.</exception>
    public RecoveredStore Run()
    {
        files.CreateDirectory(root);
        Manifest? manifest = null;
        bool damaged = false;
        try
        {
            manifest = Manifest.Read(files, root);
        }
        catch (Exception failure) when (failure is InvalidDataException or ArgumentException or OverflowException)
        {
            damaged = true;
            problems.Add($"The manifest was damaged ({failure.Message}); it was set aside and the segments were found by their files.");
            files.Rename(Path.Combine(root, Manifest.FileName), Path.Combine(root, Manifest.FileName + DamagedSuffix));
        }
        var found = FindFiles();
        if (manifest is not null)
        {
            Check(manifest, found);
        }
        else
        {
            manifest = Rebuild(found, isNew: !damaged && found.Count == 0);
            if (!damaged && manifest.Segments.Count > 0)
            {
                problems.Add("The manifest was missing; the segments were found by their files.");
            }
            manifest.Write(files, root);
        }
        ReadDeletions(manifest);
        return new RecoveredStore(manifest, unusable, deletions, problems, leftovers);
    }

    private void Check(Manifest manifest, List<string> found)
    {
        var named = manifest.Segments.Select(entry => entry.Path).ToHashSet(StringComparer.Ordinal);
        foreach (string path in found)
        {
            if (!named.Contains(path))
            {
                Remove(path);
            }
        }
        var present = found.ToHashSet(StringComparer.Ordinal);
        foreach (var entry in manifest.Segments)
        {
            if (!present.Contains(entry.Path))
            {
                unusable.Add(entry.Path);
                problems.Add($"Segment {entry.Path} with {entry.Summary.Spans} spans is missing.");
            }
            else if (Length(entry.Path) is var length && length != entry.Length)
            {
                unusable.Add(entry.Path);
                problems.Add($"Segment {entry.Path} with {entry.Summary.Spans} spans has {length} bytes instead of {entry.Length}; it is left out.");
            }
        }
    }

    private Manifest Rebuild(List<string> found, bool isNew)
    {
        var entries = new List<ManifestEntry>();
        var replaced = new HashSet<SegmentName>();
        var merged = new HashSet<string>(StringComparer.Ordinal);
        bool anyDamaged = false;
        foreach (string path in found)
        {
            try
            {
                using var file = files.Open(Path.Combine(root, path), DataFileMode.Read);
                var directory = SegmentDirectory.Read(file);
                entries.Add(new ManifestEntry(path, file.Length, directory.Summary));
                replaced.UnionWith(directory.Replaces);
                if (directory.Replaces.Count > 0)
                {
                    merged.Add(path);
                }
            }
            catch (SegmentDamagedException failure)
            {
                anyDamaged = true;
                files.Rename(Path.Combine(root, path), Path.Combine(root, path + DamagedSuffix));
                if (lists.Remove(DeletionFile.PathOf(path)))
                {
                    string list = Path.Combine(root, DeletionFile.PathOf(path));
                    files.Rename(list, list + DamagedSuffix);
                }
                problems.Add($"Segment {path} was set aside: {failure.Message}");
            }
        }
        // What a segment was merged from is in it. The last append is whole or nothing, unless what it lacks is a file that was lost to
        // damage; earlier ones were whole once, and what they lack was merged or deleted since.
        var inputs = entries.Where(entry => !replaced.Contains(entry.Summary.Name)).ToList();
        long last = entries.Where(entry => !merged.Contains(entry.Path)).Select(entry => entry.Summary.Sequence).DefaultIfEmpty().Max();
        var whole = inputs
            .GroupBy(entry => entry.Summary.Sequence)
            .Where(append => anyDamaged || append.Key != last
                || append.Count() + replaced.Count(name => name.Sequence == append.Key) >= append.First().Summary.Parts)
            .SelectMany(append => append)
            .ToList();
        long next = entries.Count == 0 ? 1 : entries.Max(entry => entry.Summary.Sequence) + 1;
        return new Manifest(next, isNew ? AppendId.None : null, whole);
    }

    /// <summary>Without its list a segment would show what was deleted, so it is left out.</summary>
    private void ReadDeletions(Manifest manifest)
    {
        var segments = manifest.Segments.ToDictionary(entry => DeletionFile.PathOf(entry.Path), StringComparer.Ordinal);
        foreach (string path in lists)
        {
            if (!segments.TryGetValue(path, out var entry))
            {
                Remove(path);
                continue;
            }
            try
            {
                deletions[entry.Path] = DeletionFile.Read(files, root, entry.Path, entry.Summary);
            }
            catch (Exception failure) when (failure is InvalidDataException or ArgumentException or OverflowException or IndexOutOfRangeException)
            {
                unusable.Add(entry.Path);
                problems.Add($"Segment {entry.Path} with {entry.Summary.Spans} spans is left out: its deletion list {path} cannot be read, {failure.Message}.");
            }
        }
    }

    /// <summary>Segments' files, relative to the root. Temporary files are removed, files set aside earlier reported.</summary>
    private List<string> FindFiles()
    {
        var found = new List<string>();
        RemoveTemporary("");
        foreach (string directory in SegmentPaths.Directories(files, root))
        {
            RemoveTemporary(directory);
            foreach (string name in files.ListFiles(Path.Combine(root, directory)))
            {
                string path = Path.Combine(directory, name);
                if (name.EndsWith(SegmentPaths.Extension, StringComparison.Ordinal))
                {
                    found.Add(path);
                }
                else if (name.EndsWith(DeletionFile.Extension, StringComparison.Ordinal))
                {
                    lists.Add(path);
                }
                else if (name.EndsWith(DamagedSuffix, StringComparison.Ordinal))
                {
                    problems.Add($"{path} was set aside earlier and is not read.");
                }
            }
        }
        return found;
    }

    private void RemoveTemporary(string directory)
    {
        foreach (string name in files.ListFiles(Path.Combine(root, directory)))
        {
            if (name.EndsWith(SegmentPaths.TemporarySuffix, StringComparison.Ordinal))
            {
                Remove(Path.Combine(directory, name));
            }
        }
    }

    private void Remove(string path)
    {
        files.Delete(Path.Combine(root, path));
        leftovers++;
    }

    private long Length(string path)
    {
        using var file = files.Open(Path.Combine(root, path), DataFileMode.Read);
        return file.Length;
    }
}
