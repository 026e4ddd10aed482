using System.Globalization;

namespace Clew.Load.Measuring;

/// <summary>What the operating system says of a process (Linux, <c>/proc</c>).</summary>
/// <param name="CpuSeconds">User and system.</param>
/// <param name="RssBytes">Resident, mapped pages included.</param>
/// <param name="FileRssBytes">Of these, pages of mapped files.</param>
/// <param name="PeakRssBytes">The highest so far.</param>
/// <param name="Handles">Open file descriptors.</param>
/// <param name="Threads">Of the operating system.</param>
internal readonly record struct ProcessFigures(
    double CpuSeconds, long RssBytes, long FileRssBytes, long PeakRssBytes, int Handles, int Threads)
{
    private const double ClockTicksPerSecond = 100; // USER_HZ, the same on every Linux that .NET runs on

    /// <exception cref="IOException">There is no such process (any more).</exception>
    public static ProcessFigures Read(int pid)
    {
        string root = $"/proc/{pid}";
        // Behind the command's name, which may hold anything: state is field 3, utime 14, stime 15.
        string stat = File.ReadAllText($"{root}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        double cpu = (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / ClockTicksPerSecond;
        string[] status = File.ReadAllLines($"{root}/status");
        return new ProcessFigures(
            cpu, Kibibytes(status, "VmRSS:"), Kibibytes(status, "RssFile:"), Kibibytes(status, "VmHWM:"),
            Directory.GetFileSystemEntries($"{root}/fd").Length, (int)Number(status, "Threads:"));
    }

    private static long Kibibytes(string[] lines, string name) => Number(lines, name) << 10;

    private static long Number(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? long.Parse(line.AsSpan(name.Length).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture)
            : 0;
}
