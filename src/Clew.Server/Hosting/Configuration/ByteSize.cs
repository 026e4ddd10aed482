using System.Globalization;

namespace Clew.Server.Hosting.Configuration;

/// <summary>Sizes as people write them: <c>64MiB</c>, <c>1GiB</c>, <c>4096</c>.</summary>
internal static class ByteSize
{
    private static readonly (string Unit, long Bytes)[] Units = [("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10), ("B", 1)];

    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var number = text.AsSpan().Trim();
        long unit = 1;
        foreach (var (name, size) in Units)
        {
            if (number.EndsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                number = number[..^name.Length].TrimEnd();
                unit = size;
                break;
            }
        }
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long count) || count > long.MaxValue / unit)
        {
            return false;
        }
        bytes = count * unit;
        return true;
    }

    public static string Format(long bytes)
    {
        foreach (var (name, size) in Units)
        {
            if (bytes >= size && bytes % size == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{bytes / size}{name}");
            }
        }
        return "0B";
    }
}
