using System.Diagnostics;

namespace Clew.EndToEnd.Browser;

/// <summary>The web UI's own tests: types, units, and its cases in a browser against generated data.</summary>
public sealed class WebPackageTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("check")]
    [InlineData("test")]
    [InlineData("e2e")]
    public async Task Npm_run_passes(string script)
    {
        Assert.SkipWhen(script == "e2e" && !Build.IsCi && !File.Exists("/usr/bin/chromium"), "/usr/bin/chromium is not installed");
        using var npm = Process.Start(new ProcessStartInfo("npm", ["run", "--silent", script])
        {
            WorkingDirectory = Path.Combine(Build.Root, "web"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = npm.StandardError.ReadToEndAsync();
        string text = await npm.StandardOutput.ReadToEndAsync();
        await npm.WaitForExitAsync();
        output.WriteLine(text);
        Assert.True(npm.ExitCode == 0, text + await errors);
        Assert.DoesNotContain("skipped:", text, StringComparison.Ordinal);
    }
}
