using System.Globalization;
using Clew.Core.Files;

namespace Clew.Ingest.Journal;

/// <summary>
/// Keeps room on the disk for the store: what the journal accepts must still find its place in segments. The free bytes must be at least
/// the reserve and, on top of it, as many as the journal holds for the store.
/// </summary>
/// <remarks>Looks at the disk at most once in <see cref="Interval"/>. Not thread-safe: the journal's gate guards it.</remarks>
internal sealed class DiskRoom(IFileLayer files, string directory, long reserve, TimeProvider time)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long? lookedAt;
    private long available;
    private bool refuses;

    /// <summary>Why nothing more may be accepted while so many bytes are held, or null.</summary>
    public string? Refusal(long heldBytes)
    {
        if (reserve == 0)
        {
            return null;
        }
        long now = time.GetTimestamp();
        if (lookedAt is not { } then || time.GetElapsedTime(then, now) >= Interval)
        {
            lookedAt = now;
            available = Available(files, directory);
        }
        // Once it refuses it wants a little more, so that it does not change its mind every second.
        refuses = available - reserve - (refuses ? reserve / 8 : 0) < heldBytes;
        return !refuses
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"The disk is nearly full: {available >> 20} MiB are free, and {(reserve + heldBytes) >> 20} MiB are kept for the store (Journal:ReserveBytes and what waits to be stored). Spans are refused until there is more.");
    }

    /// <summary>Free bytes; what cannot be known is taken for enough, as the write that needs them will say.</summary>
    public static long Available(IFileLayer files, string directory)
    {
        try
        {
            return files.AvailableBytes(directory);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return long.MaxValue;
        }
    }
}
