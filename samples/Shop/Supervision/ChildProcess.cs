using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Shop.Faults;
using Shop.Hosting;

namespace Shop.Supervision;

/// <summary>
/// One service's process and the pipe to it. The process ends by itself when this one does, however it does: its standard
/// input ends then.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process process;
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly TaskCompletionSource<int> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Bounded by the commands that are under way: each is taken out when it is answered or the process ends.
    private readonly ConcurrentDictionary<string, TaskCompletionSource> awaited = new();

    private ChildProcess(string name, Process process) => (Name, this.process) = (name, process);

    public string Name { get; }

    public int Id => process.Id;

    /// <summary>The port it listens on; fails when the process ends before it does.</summary>
    public Task<int> Listening => listening.Task;

    public Task Exited => exited.Task;

    public static ChildProcess Start(string name, int port)
    {
        var start = new ProcessStartInfo
        {
            FileName = Environment.ProcessPath!,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        // Started by "dotnet Shop.dll" the program is dotnet itself.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        foreach (string argument in (string[])["service", name, "--port", port.ToString(CultureInfo.InvariantCulture)])
            start.ArgumentList.Add(argument);
        ChildEnvironment.Apply(start.Environment);

        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var child = new ChildProcess(name, process);
        process.Exited += (_, _) => child.OnExited();
        process.Start();
        _ = Task.Run(child.ListenAsync);
        return child;
    }

    /// <summary>Tells it where everyone is, and waits until it knows.</summary>
    public Task IntroduceAsync(IReadOnlyDictionary<string, int> ports) => SendAsync($"addresses {AddressBook.Format(ports)}", "ready");

    /// <summary>Sets a switch, and waits until it is set.</summary>
    public Task SetAsync(SwitchAssignment assignment) => SendAsync($"set {assignment}", $"done {assignment}");

    /// <summary>Closes the pipe, which ends the process; insists after a while.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is already gone.
        }

        if (await Task.WhenAny(Exited, Task.Delay(patience, TimeProvider.System)) != Exited)
            Kill();
    }

    public void Dispose()
    {
        Kill();
        process.Dispose();
        writing.Dispose();
    }

    private void Kill()
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended in the meantime.
        }
    }

    private async Task SendAsync(string command, string answer)
    {
        var answered = awaited.GetOrAdd(answer, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await writing.WaitAsync();
        try
        {
            await process.StandardInput.WriteLineAsync(command);
            await process.StandardInput.FlushAsync();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            awaited.TryRemove(answer, out _);
            return;
        }
        finally
        {
            writing.Release();
        }

        await Task.WhenAny(answered.Task, Exited);
    }

    private async Task ListenAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("listening ", StringComparison.Ordinal))
                listening.TrySetResult(int.Parse(line.AsSpan("listening ".Length), CultureInfo.InvariantCulture));
            else if (awaited.TryRemove(line, out var answered))
                answered.TrySetResult();
        }
    }

    private void OnExited()
    {
        exited.TrySetResult();
        listening.TrySetException(new ShopException($"The service {Name} ended before it listened."));
    }
}
