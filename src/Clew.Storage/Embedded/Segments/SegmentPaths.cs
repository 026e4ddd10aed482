using System.Globalization;
using Clew.Core.Files;

namespace Clew.Storage.Embedded.Segments;

/// <summary>Where segments lie: <c>tenant/class/yyyyMMdd/sequence-part.seg</c> below the store's directory.</summary>
internal static class SegmentPaths
{
    public const string Extension = ".seg";
    public const string TemporarySuffix = ".tmp";

    /// <summary>The directory of a segment, relative to the store's.</summary>
    public static string Directory(SegmentSummary summary) => Path.Combine(
        summary.Tenant,
        summary.RetentionClass,
        DateOnly.FromDayNumber(DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber + summary.Day).ToString("yyyyMMdd", CultureInfo.InvariantCulture));

    public static string Name(SegmentSummary summary) =>
        string.Create(CultureInfo.InvariantCulture, $"{summary.Sequence:x12}-{summary.Part}{Extension}");

    /// <summary>All directories that may hold segments, relative to the root.</summary>
    public static IEnumerable<string> Directories(IFileLayer files, string root) =>
        from tenant in files.ListDirectories(root)
        from retention in files.ListDirectories(Path.Combine(root, tenant))
        from day in files.ListDirectories(Path.Combine(root, tenant, retention))
        select Path.Combine(tenant, retention, day);
}
