using System.Globalization;
using System.Text;
using Clew.Storage.Embedded.Deletions;
using Clew.Storage.Embedded.Recovery;

namespace Clew.Storage.Embedded.Offline;

/// <summary>Says what a store's directory holds.</summary>
internal sealed class StoreInspection(StoreFiles store)
{
    private readonly StringBuilder text = new();

    public StoreReport Run()
    {
        bool isSound = store.ManifestProblem is null;
        Line($"Store {store.Root}");
        if (store.Manifest is not { } manifest)
        {
            Line($"Manifest: {store.ManifestProblem}. There are {store.Segments.Count} segment files.");
            return new StoreReport(isSound, text.ToString());
        }
        var present = store.Segments.ToHashSet(StringComparer.Ordinal);
        Line($"Segments {manifest.Segments.Count}, spans {manifest.Segments.Sum(e => (long)e.Summary.Spans)}, traces {manifest.Segments.Sum(e => (long)e.Summary.Traces)}, bytes {manifest.Segments.Sum(e => e.Length)}, next number {manifest.NextSequence}");
        Line("");
        Line($"{"tenant",-20} {"class",-12} {"day",-10} {"segments",8} {"spans",12} {"traces",10} {"bytes",14} {"B/span",7}  lists");
        var days = manifest.Segments
            .GroupBy(entry => (entry.Summary.Tenant, entry.Summary.RetentionClass, entry.Summary.Day))
            .OrderBy(day => day.Key.Tenant, StringComparer.Ordinal).ThenBy(day => day.Key.RetentionClass, StringComparer.Ordinal).ThenBy(day => day.Key.Day);
        foreach (var day in days)
        {
            Day(day.Key, [.. day]);
        }
        foreach (var entry in manifest.Segments.Where(entry => !present.Contains(entry.Path)))
        {
            isSound = false;
            Line($"Missing: {entry.Path} with {entry.Summary.Spans} spans");
        }
        Rest("Not in the manifest, to be removed at the next start", store.Unnamed());
        Rest("Unfinished, to be removed at the next start", store.Temporary);
        Rest("Set aside as damaged earlier", store.SetAside);
        return new StoreReport(isSound, text.ToString());
    }

    private void Day((string Tenant, string Class, int Day) key, List<ManifestEntry> entries)
    {
        long spans = entries.Sum(entry => (long)entry.Summary.Spans);
        long bytes = entries.Sum(entry => entry.Length);
        var lists = store.Lists.ToHashSet(StringComparer.Ordinal);
        var date = DateTime.UnixEpoch.AddDays(key.Day);
        Line($"{key.Tenant,-20} {key.Class,-12} {date,-10:yyyy-MM-dd} {entries.Count,8} {spans,12} {entries.Sum(entry => (long)entry.Summary.Traces),10} {bytes,14} {(double)bytes / Math.Max(spans, 1),7:f1}  {entries.Count(entry => lists.Contains(DeletionFile.PathOf(entry.Path)))}");
    }

    private void Rest(string what, IReadOnlyList<string> paths)
    {
        if (paths.Count > 0)
        {
            Line("");
            Line($"{what}:");
            foreach (string path in paths)
            {
                Line($"  {path}");
            }
        }
    }

    private void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private void Line(string line) => text.Append(line).Append('\n');
}
