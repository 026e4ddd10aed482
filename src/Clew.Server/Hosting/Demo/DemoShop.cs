using System.Diagnostics;

namespace Clew.Server.Hosting.Demo;

/// <summary>
/// Runs the sample shop under load as a child of the server. The shop ends when its standard input closes, so it cannot outlive
/// the server however that one ends.
/// </summary>
internal sealed partial class DemoShop(string shop, string otlpGrpcAddress, ILogger<DemoShop> logger) : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);
    private const string Prefix = "shop: ";
    private Process? process;

    /// <summary>The shop's assembly in the repository that this server was built in.</summary>
    /// <exception cref="StartupException">This is not a build inside the repository.</exception>
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Clew.slnx")))
            {
                continue;
            }
            string bin = Path.Combine(folder.FullName, "samples", "Shop", "bin");
            string own = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                ? "Release" : "Debug";
            string path = Path.Combine(bin, own, "net10.0", "Shop.dll");
            return File.Exists(path)
                ? path
                : throw new StartupException($"--demo: the shop is not built. Run `dotnet build samples/Shop -c {own}` in the repository.");
        }
        throw new StartupException("--demo needs the repository: run `dotnet run --project src/Clew.Server -- --demo` in a clone of it.");
    }

    public void Start()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(shop);
        foreach (string argument in (string[])["up", "--load", "--attached"])
        {
            start.ArgumentList.Add(argument);
        }
        start.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://{otlpGrpcAddress}";
        start.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
        process = Process.Start(start) ?? throw new StartupException("--demo: the shop did not start.");
        process.OutputDataReceived += (_, line) => Report(line.Data);
        process.ErrorDataReceived += (_, line) => Report(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Asks the shop to end, and ends it with all its children if it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (process is null)
        {
            return;
        }
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(StopPatience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
        process.Dispose();
        process = null;
    }

    private void Report(string? line)
    {
        if (!string.IsNullOrWhiteSpace(line))
        {
            LogShop(line.StartsWith(Prefix, StringComparison.Ordinal) ? line[Prefix.Length..] : line);
        }
    }

    [LoggerMessage(3, LogLevel.Information, "shop: {Line}")]
    private partial void LogShop(string line);
}
