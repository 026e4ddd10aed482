using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Clew.Architecture.Tests;

/// <summary>What must not be in the repository: registries' hosts, paths of somebody's machine, floating versions.</summary>
public sealed partial class HygieneTests
{
    [Fact]
    public void Lock_files_name_no_registry()
    {
        var named = from path in Tracked("*package-lock.json", "*.npmrc", "*[Nn]u[Gg]et.[Cc]onfig")
                    from line in File.ReadLines(path)
                    where line.Contains("://", StringComparison.Ordinal) && line.Contains("resolved", StringComparison.Ordinal)
                        || line.Contains("registry=", StringComparison.Ordinal)
                    select $"{path}: {line.Trim()}";
        Assert.Empty(named);
    }

    [Fact]
    public void Package_versions_are_exact()
    {
        string versions = File.ReadAllText(Path.Combine(Repository.Root, "Directory.Packages.props"));
        Assert.Empty(FloatingVersion().Matches(versions).Select(match => match.Value));
    }

    [Fact]
    public void Every_project_has_a_lock_file()
    {
        var missing = Tracked("*.csproj").Where(path => !File.Exists(Path.Combine(Path.GetDirectoryName(path)!, "packages.lock.json")));
        Assert.Empty(missing);
    }

    [GeneratedRegex("""Version="[^"]*[*\[\](,][^"]*" """)]
    private static partial Regex FloatingVersion();

    private static List<string> Tracked(params string[] patterns)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = Repository.Root, RedirectStandardOutput = true };
        foreach (string argument in (string[])["ls-files", "--", .. patterns])
        {
            start.ArgumentList.Add(argument);
        }
        using var git = Process.Start(start)!;
        var files = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(path => Path.Combine(Repository.Root, path)).Where(File.Exists).ToList();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return files;
    }
}
