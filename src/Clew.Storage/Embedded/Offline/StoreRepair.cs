using System.Text;
using Clew.Storage.Embedded.Deletions;
using Clew.Storage.Embedded.Recovery;

namespace Clew.Storage.Embedded.Offline;

/// <summary>
/// Brings a store's directory into order: 1. everything is checked; 2. what cannot be opened is renamed; 3. a manifest of
/// the rest is written. Between 2 and 3 a start would report the renamed files as missing and lose nothing.
/// </summary>
internal sealed class StoreRepair(StoreFiles store)
{
    public StoreReport Run(CancellationToken cancellationToken)
    {
        // 1
        var verification = new StoreVerification(store);
        var found = verification.Run(cancellationToken);
        var text = new StringBuilder(found.Text);
        if (found.IsSound)
        {
            text.Append("Nothing is to be repaired.\n");
            return found with { Text = text.ToString() };
        }
        if (store.Manifest is not { } manifest)
        {
            foreach (string problem in new StoreRecovery(store.Files, store.Root).Run().Problems)
            {
                text.Append(problem).Append('\n');
            }
            return new StoreReport(true, text.Append("The manifest was written anew.\n").ToString());
        }
        // 2
        var kept = new List<ManifestEntry>();
        bool isSound = true;
        foreach (var (entry, check) in verification.Checks)
        {
            if (check.IsLost)
            {
                SetAside(entry, text);
                continue;
            }
            kept.Add(entry);
            isSound &= check.Problems.Count == 0;
        }
        if (kept.Count == manifest.Segments.Count)
        {
            text.Append("Nothing more can be saved: what is left of damaged segments is served as it is.\n");
            return new StoreReport(isSound, text.ToString());
        }
        // 3
        (manifest with { Segments = kept }).Write(store.Files, store.Root);
        text.Append("The manifest was written anew.\n");
        return new StoreReport(isSound, text.ToString());
    }

    private void SetAside(ManifestEntry entry, StringBuilder text)
    {
        bool any = false;
        foreach (string path in (string[])[entry.Path, DeletionFile.PathOf(entry.Path)])
        {
            if (store.Segments.Contains(path) || store.Lists.Contains(path))
            {
                string full = Path.Combine(store.Root, path);
                store.Files.Rename(full, full + StoreRecovery.DamagedSuffix);
                store.Files.SyncDirectory(Path.GetDirectoryName(full)!);
                any = true;
            }
        }
        text.Append(any ? $"{entry.Path} was set aside.\n" : $"{entry.Path} is missing and was forgotten.\n");
    }
}
