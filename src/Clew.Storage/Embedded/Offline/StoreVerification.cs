using System.Globalization;
using System.Text;
using Clew.Storage.Embedded.Recovery;

namespace Clew.Storage.Embedded.Offline;

/// <summary>Checks everything that the manifest names, or, without a manifest, says what a start would do.</summary>
internal sealed class StoreVerification(StoreFiles store)
{
    private readonly StringBuilder text = new();

    /// <summary>What was found out about each segment in the manifest.</summary>
    public List<(ManifestEntry Entry, SegmentCheck Check)> Checks { get; } = [];

    public StoreReport Run(CancellationToken cancellationToken)
    {
        Line($"Store {store.Root}");
        if (store.Manifest is not { } manifest)
        {
            Line($"Manifest: {store.ManifestProblem}. Repair, or the next start, rebuilds it from {store.Segments.Count} segment files.");
            return new StoreReport(store.Segments.Count == 0 && store.SetAside.Count == 0 && store.ManifestProblem == "there is none", text.ToString());
        }
        bool isSound = true;
        foreach (var entry in manifest.Segments)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var check = new SegmentCheck(store, entry);
            check.Run();
            Checks.Add((entry, check));
            foreach (string problem in check.Problems)
            {
                isSound = false;
                Line($"{entry.Path} ({entry.Summary.Spans} spans): {problem}");
            }
        }
        Line(isSound
            ? $"{Checks.Count} segments with {manifest.Segments.Sum(entry => (long)entry.Summary.Spans)} spans are sound."
            : $"{Checks.Count(check => check.Check.Problems.Count > 0)} of {Checks.Count} segments have problems.");
        return new StoreReport(isSound, text.ToString());
    }

    private void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private void Line(string line) => text.Append(line).Append('\n');
}
