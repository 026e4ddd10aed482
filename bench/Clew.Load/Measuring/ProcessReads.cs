using System.Globalization;

namespace Clew.Load.Measuring;

/// <summary>What this process has read by system calls (Linux): from files, whether they were in memory or not, and whatever else.</summary>
/// <param name="Calls">Calls.</param>
/// <param name="Bytes">Bytes.</param>
internal readonly record struct ProcessReads(long Calls, long Bytes)
{
    public static ProcessReads Now()
    {
        var fields = File.ReadAllLines("/proc/self/io")
            .Select(line => line.Split(": "))
            .ToDictionary(parts => parts[0], parts => long.Parse(parts[1], CultureInfo.InvariantCulture));
        return new ProcessReads(fields["syscr"], fields["rchar"]);
    }
}
