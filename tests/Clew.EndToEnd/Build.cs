namespace Clew.EndToEnd;

/// <summary>Where the build put things.</summary>
internal static class Build
{
    public static string Root { get; } = FindRoot();

    /// <summary>Debug or Release, as these tests were built.</summary>
    public static string Configuration { get; } =
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    public static string ServerAssembly { get; } = Path.Combine(Root, "src", "Clew.Server", "bin", Configuration, "net10.0", "clew.dll");

    public static string LoadAssembly { get; } = Path.Combine(Root, "bench", "Clew.Load", "bin", Configuration, "net10.0", "clew-load.dll");

    /// <summary>True where a missing tool is a failure, not a reason to skip.</summary>
    public static bool IsCi { get; } = Environment.GetEnvironmentVariable("CI") == "true";

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Clew.slnx")))
        {
            folder = folder.Parent;
        }
        return folder?.FullName ?? throw new InvalidOperationException("The tests run inside the repository.");
    }
}
