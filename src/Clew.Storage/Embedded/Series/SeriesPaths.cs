using System.Globalization;
using Clew.Core.Files;

namespace Clew.Storage.Embedded.Series;

/// <summary>Where series lie below the store's directory: <c>number.log</c> and <c>tenant/number.blk</c>. No number is used twice.</summary>
internal static class SeriesPaths
{
    public const string LogExtension = ".log";
    public const string BlockExtension = ".blk";
    public const string TemporarySuffix = ".tmp";
    public const string DamagedSuffix = ".damaged";

    public static string Log(long number) => string.Create(CultureInfo.InvariantCulture, $"{number:x12}{LogExtension}");

    public static string Block(string tenant, long number) =>
        Path.Combine(tenant, string.Create(CultureInfo.InvariantCulture, $"{number:x12}{BlockExtension}"));

    /// <summary>The number in a file's name; null where it is none of ours.</summary>
    public static long? Number(string path, string extension) =>
        Path.GetExtension(path) == extension
        && long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long number)
        && number > 0
            ? number
            : null;

    /// <summary>All files, relative to the root, in ordinal order by directory.</summary>
    public static IEnumerable<string> All(IFileLayer files, string root) =>
        from directory in files.ListDirectories(root).Prepend("")
        from name in files.ListFiles(Path.Combine(root, directory))
        select Path.Combine(directory, name);
}
