using System.Security.Cryptography;
using Clew.Core.Model;

namespace Clew.Server.SelfMonitoring.Probing;

/// <summary>Sends one probe after the other and measures until search finds it.</summary>
/// <remarks>
/// A refusal does not end a probe: it is sent again, as a sender would, and the time runs on. One probe at a time, so a server that
/// answers slowly is not asked more often.
/// </remarks>
internal sealed class Prober(IProbeTarget target, Freshness freshness, ProbeOptions options, TimeProvider clock)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Probes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Interval, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await ProbeAsync(cancellationToken);
        }
    }

    /// <summary>One probe, to its end.</summary>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var traceId = new TraceId(RandomId(), RandomId());
        long start = clock.GetTimestamp();
        using var late = new CancellationTokenSource(options.Patience, clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        bool isSent = false;
        string why = "the server did not answer";
        var pause = FirstPause;
        while (true)
        {
            try
            {
                if ((isSent ? await target.FindAsync(traceId, end.Token) : await target.SendAsync(traceId, end.Token)) is { } problem)
                {
                    why = problem;
                    await Task.Delay(pause, clock, end.Token);
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                }
                else if (isSent)
                {
                    freshness.Found(clock.GetElapsedTime(start));
                    return;
                }
                else
                {
                    isSent = true;
                    why = "search did not find it";
                    pause = FirstPause;
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                freshness.NotFound(clock.GetElapsedTime(start), FormattableString.Invariant(
                    $"A probe could not be found within {options.Patience.TotalSeconds:0.###} s: {why}."));
                return;
            }
            catch (HttpRequestException exception)
            {
                why = exception.Message;
                await DelayQuietlyAsync(end.Token);
            }
        }
    }

    private static ulong RandomId() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;

    /// <summary>Waits, and leaves it to the next step to notice that the time is up.</summary>
    private async Task DelayQuietlyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(LongestPause, clock, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The next call throws it again, where it is caught.
        }
    }
}
