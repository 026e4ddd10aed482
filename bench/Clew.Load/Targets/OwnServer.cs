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

    private OwnServer(Process process) => this.process = process;

    public Target Target { get; private set; } = null!;

    /// <summary>From the start of the process until it took traces.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    /// <param name="program">A published file, or the <c>clew.dll</c> of a build.</param>
    /// <param name="directory">Its data directory.</param>
    /// <param name="arguments">More configuration.</param>
    /// <exception cref="InvalidOperationException">It ended, or did not get ready.</exception>
    public static async Task<OwnServer> StartAsync(string program, string directory, IEnumerable<string> arguments)
    {
        bool isAssembly = program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(isAssembly ? "dotnet" : program) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] all =
        [
            .. isAssembly ? [program] : Array.Empty<string>(),
            "--Storage:Directory", directory, "--Listen:Otlp:Grpc", "127.0.0.1:0", "--Listen:Otlp:Http", "127.0.0.1:0",
            "--Listen:Web", "127.0.0.1:0", "--Listen:Jaeger", "127.0.0.1:0", .. arguments,
        ];
        foreach (string argument in all)
        {
            start.ArgumentList.Add(argument);
        }
        var watch = Stopwatch.StartNew();
        var server = new OwnServer(Process.Start(start)!);
        server.process.OutputDataReceived += (_, e) => server.Read(e.Data);
        server.process.ErrorDataReceived += (_, e) => server.Read(e.Data);
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        var exit = server.process.WaitForExitAsync();
        if (await Task.WhenAny(server.ready.Task, exit, Task.Delay(Patience)) != server.ready.Task)
        {
            string log = server.Log();
            server.Dispose();
            throw new InvalidOperationException($"The server did not get ready: {log}");
        }
        server.ReadyAfter = watch.Elapsed;
        var line = (await server.ready.Task).Groups;
        server.Target = new Target(
            new Uri($"http://{line["http"].Value}/v1/traces"), new Uri(line["web"].Value), new Uri($"http://{line["jaeger"].Value}"),
            server.process.Id, directory);
        return server;
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
