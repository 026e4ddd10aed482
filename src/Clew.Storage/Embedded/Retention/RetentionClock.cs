namespace Clew.Storage.Embedded.Retention;

/// <summary>
/// The wall clock as far as deleting may trust it: a leap ahead (a wrong time server, a battery that was changed) would make everything
/// look old at once, so it is believed only after it has stood for a day. A clock that goes back deletes nothing, and is believed.
/// </summary>
/// <remarks>
/// Compared with the time that has really passed since the last look. A machine that slept looks like a leap: then data stay for a day
/// longer. What the clock says when the process starts cannot be compared with anything and is believed. Belongs to one thread at a time.
/// </remarks>
internal sealed class RetentionClock(TimeProvider clock)
{
    /// <summary>Of one look to the next; corrections of a running clock are smaller.</summary>
    private static readonly TimeSpan LargestStep = TimeSpan.FromHours(1);

    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    private DateTimeOffset believed = clock.GetUtcNow();
    private long lastLook = clock.GetTimestamp();
    private long? leaptAt;

    /// <summary>Null, or a sentence that says what is not believed.</summary>
    public string? Doubt { get; private set; }

    /// <summary>The time that may be taken for the present.</summary>
    public DateTimeOffset Now()
    {
        long look = clock.GetTimestamp();
        var expected = believed + clock.GetElapsedTime(lastLook, look);
        var wall = clock.GetUtcNow();
        lastLook = look;
        leaptAt = wall - expected <= LargestStep ? null : leaptAt ?? look;
        bool isTrusted = leaptAt is not { } leap || clock.GetElapsedTime(leap, look) >= Patience;
        leaptAt = isTrusted ? null : leaptAt;
        Doubt = isTrusted ? null
            : "The clock has leapt ahead; nothing is deleted for its age by the new time until it has stood for a day.";
        return believed = isTrusted ? wall : expected;
    }
}
