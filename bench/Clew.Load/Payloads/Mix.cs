namespace Clew.Load.Payloads;

/// <summary>Random numbers that are a function of the seed and a place: no state, so any part of a load can be made again.</summary>
internal static class Mix
{
    /// <summary>The 64 bits that belong to a place (splitmix64's finaliser).</summary>
    public static ulong Of(ulong seed, ulong place)
    {
        ulong x = seed + (place + 1) * 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    /// <summary>In [0, 1).</summary>
    public static double Unit(ulong bits) => (bits >> 11) * (1.0 / (1UL << 53));
}
