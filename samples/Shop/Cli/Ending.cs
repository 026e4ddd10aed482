using System.Runtime.InteropServices;

namespace Shop.Cli;

/// <summary>The moment the program is told to end: Ctrl-C, SIGTERM, the terminal's end, or the end of standard input.</summary>
internal sealed class Ending : IDisposable
{
    private readonly CancellationTokenSource told = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] signals;

    /// <param name="attached">Whether the end of standard input counts.</param>
    public Ending(bool attached)
    {
        signals = [.. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP]).Select(signal =>
            PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                End();
            }))];
        if (attached)
            new Thread(WatchInput) { IsBackground = true }.Start();
    }

    public CancellationToken Token => told.Token;

    public Task Task => ended.Task;

    public void Dispose()
    {
        foreach (var signal in signals)
            signal.Dispose();
    }

    private void End()
    {
        told.Cancel();
        ended.TrySetResult();
    }

    private void WatchInput()
    {
        using var input = Console.OpenStandardInput();
        Span<byte> ignored = stackalloc byte[256];
        while (input.Read(ignored) > 0)
        {
        }

        End();
    }
}
