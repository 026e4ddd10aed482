using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Clew.EndToEnd;

/// <summary>A server of its own: a child process on ports that the system chose, with a data directory that the test owns.</summary>
public sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process process;
    private readonly StringBuilder log = new();
    private readonly TaskCompletionSource<Match> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process, string directory)
    {
        this.process = process;
        Directory = directory;
    }

    public string Directory { get; }

    public string Grpc { get; private set; } = "";

    public string OtlpHttp { get; private set; } = "";

    public string Web { get; private set; } = "";

    public string Jaeger { get; private set; } = "";

    /// <summary>From the start of the process to its ready line.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public string Log
    {
        get
        {
            lock (log)
            {
                return log.ToString();
            }
        }
    }

    /// <summary>Starts a server and returns when it is ready.</summary>
    /// <param name="directory">Its data directory; null for a fresh one.</param>
    /// <param name="executable">A published file; null for the build.</param>
    /// <param name="arguments">More configuration.</param>
    public static async Task<ServerProcess> StartAsync(string? directory = null, string? executable = null, params string[] arguments)
    {
        directory ??= System.IO.Directory.CreateTempSubdirectory("clew-e2e-").FullName;
        var start = new ProcessStartInfo(executable ?? "dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] all =
        [
            .. executable is null ? [Build.ServerAssembly] : Array.Empty<string>(),
            "--Storage:Directory", directory, "--Listen:Otlp:Grpc", "127.0.0.1:0", "--Listen:Otlp:Http", "127.0.0.1:0",
            "--Listen:Web", "127.0.0.1:0", "--Listen:Jaeger", "127.0.0.1:0", .. arguments,
        ];
        foreach (string argument in all)
        {
            start.ArgumentList.Add(argument);
        }
        var watch = Stopwatch.StartNew();
        var server = new ServerProcess(Process.Start(start)!, directory);
        server.process.OutputDataReceived += (_, e) => server.Read(e.Data);
        server.process.ErrorDataReceived += (_, e) => server.Read(e.Data);
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        var exit = server.process.WaitForExitAsync();
        var first = await Task.WhenAny(server.ready.Task, exit).WaitAsync(Patience);
        if (first == exit)
        {
            throw new InvalidOperationException($"The server ended with {server.process.ExitCode}: {server.Log}");
        }
        var line = await server.ready.Task;
        server.ReadyAfter = watch.Elapsed;
        server.Web = line.Groups["web"].Value;
        server.Grpc = "http://" + line.Groups["grpc"].Value;
        server.OtlpHttp = "http://" + line.Groups["http"].Value;
        server.Jaeger = "http://" + line.Groups["jaeger"].Value;
        return server;
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public async Task<int> StopAsync()
    {
        if (!process.HasExited)
        {
            await SignalAsync("-TERM");
        }
        return await WaitForExitAsync();
    }

    /// <summary>Sends a signal and returns at once.</summary>
    /// <param name="signal">As <c>kill</c> takes it: <c>-TERM</c>.</param>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Returns the exit code.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }

    /// <summary>Ends the process whatever its state and deletes the data.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }
        process.Dispose();
        try
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Another server on the same directory deleted it.
        }
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }
        lock (log)
        {
            log.AppendLine(line);
        }
        if (ReadyLine().Match(line) is { Success: true } match)
        {
            ready.TrySetResult(match);
        }
    }

    [GeneratedRegex(@"Clew is ready: web (?<web>\S+) · OTLP gRPC (?<grpc>\S+) · OTLP HTTP (?<http>\S+) · Jaeger API (?<jaeger>\S+) ·")]
    private static partial Regex ReadyLine();
}
