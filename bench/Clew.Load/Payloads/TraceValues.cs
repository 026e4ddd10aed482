namespace Clew.Load.Payloads;

/// <summary>What is fresh in one trace: a function of the seed and the trace's number alone.</summary>
internal readonly struct TraceValues(ulong seed, long trace)
{
    private const ulong ValuesPerTrace = 8;

    private readonly ulong place = (ulong)trace * ValuesPerTrace;

    public ulong IdHigh => Mix.Of(seed, place) | 1;

    public ulong IdLow => Mix.Of(seed, place + 1);

    public int User => (int)(Mix.Of(seed, place + 2) % Vocabulary.Users);

    /// <summary>48 bits.</summary>
    public ulong Order => Mix.Of(seed, place + 3) >> 16;

    public ulong Request => Mix.Of(seed, place + 4);

    /// <summary>Nanoseconds: a median of 20 ms, most within a factor of four, a tail to seconds.</summary>
    public double Duration
    {
        get
        {
            double centred = Mix.Unit(Mix.Of(seed, place + 5)) + Mix.Unit(Mix.Of(seed, place + 6)) + Mix.Unit(Mix.Of(seed, place + 7)) - 1.5;
            return 20e6 * Math.Exp(centred * 2.5);
        }
    }

    /// <summary>The trace's start, nanoseconds before its block was sent.</summary>
    public double Age => Mix.Unit(Mix.Of(~seed, place)) * 50e6;

    public ulong SpanId(int span) => Mix.Of(seed ^ 0x5350414E, (place << 16) + (ulong)span) | 1;

    public ulong Choice(int span) => Mix.Of(seed ^ 0x53514C, (place << 16) + (ulong)span);

    public string IdText => $"{IdHigh:x16}{IdLow:x16}";

    public string OrderText => $"ord-{Order:x12}";

    public string UserText => $"user-{User:d5}";
}
