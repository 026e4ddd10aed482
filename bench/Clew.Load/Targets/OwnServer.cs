using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Clew.Load.Targets;

/// <summary>A Clew server run for the measurement, on ports that the system chooses, in a directory that outlives it.</summary>
internal sealed partial class OwnServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private readonly StringBuilder log = new();
    private readonly TaskCompletionSource<Match> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly string directory;
    private readonly Stopwatch watch = Stopwatch.StartNew();

    private OwnServer(Process process, string directory) => (this.process, this.directory) = (process, directory);

    public Target Target { get; private set; } = null!;

    /// <summary>From the start of the process until it took traces.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    /// <summary>Starts a server and waits until it is ready.</summary>
    /// <inheritdoc cref="Launch"/>
    /// <exception cref="InvalidOperationException">It ended, or did not get ready.</exception>
    public static async Task<OwnServer> StartAsync(string program, string directory, IEnumerable<string> arguments)
    {
        var server = Launch(program, directory, arguments);
        await server.WaitUntilReadyAsync();
        return server;
    }

    /// <summary>Starts the process, no more.</summary>
    /// <param name="program">A published file, or the <c>clew.dll</c> of a build.</param>
    /// <param name="directory">Its data directory.</param>
    /// <param name="arguments">More configuration.</param>
    public static OwnServer Launch(string program, string directory, IEnumerable<string> arguments)
    {
        var start = StartInfo(program,
        [
            "--Storage:Directory", directory, "--Listen:Otlp:Grpc", "127.0.0.1:0", "--Listen:Otlp:Http", "127.0.0.1:0",
            "--Listen:Web", "127.0.0.1:0", "--Listen:Jaeger", "127.0.0.1:0", .. arguments,
        ]);
        var server = new OwnServer(Process.Start(start)!, directory);
        server.process.OutputDataReceived += (_, e) => server.Read(e.Data);
        server.process.ErrorDataReceived += (_, e) => server.Read(e.Data);
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Runs one of the program's commands to its end. Returns its exit code and what it printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(StartInfo(program, arguments))!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }

    /// <exception cref="InvalidOperationException">It ended, or did not get ready.</exception>
    public async Task WaitUntilReadyAsync()
    {
        var exit = process.WaitForExitAsync();
        if (await Task.WhenAny(ready.Task, exit, Task.Delay(Patience)) != ready.Task)
        {
            string said = Log();
            Dispose();
            throw new InvalidOperationException($"The server did not get ready: {said}");
        }
        ReadyAfter = watch.Elapsed;
        var line = (await ready.Task).Groups;
        Target = new Target(
            new Uri($"http://{line["http"].Value}/v1/traces"), new Uri(line["web"].Value), new Uri($"http://{line["jaeger"].Value}"),
            process.Id, directory);
    }

    public string Log()
    {
        lock (log)
        {
            return log.ToString();
        }
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>SIGTERM, and waits.</summary>
    /// <exception cref="InvalidOperationException">It ended badly or not at all.</exception>
    public void Stop()
    {
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            kill.WaitForExit();
        }
        if (!process.WaitForExit(Patience) || process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The server did not stop cleanly: {Log()}");
        }
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            Kill();
        }
        process.Dispose();
    }

    private static ProcessStartInfo StartInfo(string program, IEnumerable<string> arguments)
    {
        bool isAssembly = program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(isAssembly ? "dotnet" : program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (IEnumerable<string>)[.. isAssembly ? [program] : Array.Empty<string>(), .. arguments])
        {
            start.ArgumentList.Add(argument);
        }
        return start;
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

    [GeneratedRegex(@"Clew is ready: web (?<web>\S+) · OTLP gRPC \S+ · OTLP HTTP (?<http>\S+) · Jaeger API (?<jaeger>\S+) ·")]
    private static partial Regex ReadyLine();
}
