namespace Clew.Ingest.Tests.Otlp;

/// <summary>Damages payloads in ways that senders, networks and attackers do; the same for the same seed.</summary>
internal sealed class PayloadMutator(int seed, IReadOnlyList<byte[]> corpus)
{
    private static readonly byte[] Interesting = [0x00, 0x01, 0x07, 0x08, 0x0A, 0x0B, 0x0C, 0x12, 0x1A, 0x2A, 0x32, 0x3A, 0x4A, 0x5A, 0x6A, 0x7A, 0x7F, 0x80, 0xFF];

    private readonly Random random = new(seed);

    public byte[] Next()
    {
        byte[] payload = (byte[])corpus[random.Next(corpus.Count)].Clone();
        for (int i = random.Next(1, 4); i > 0 && payload.Length > 0; i--)
        {
            payload = Mutate(payload);
        }
        return payload;
    }

    private byte[] Mutate(byte[] p)
    {
        int at = random.Next(p.Length);
        switch (random.Next(8))
        {
            case 0: // a bit
                p[at] ^= (byte)(1 << random.Next(8));
                return p;
            case 1: // a length or tag
                p[at] = Interesting[random.Next(Interesting.Length)];
                return p;
            case 2: // a little more or less
                p[at] += (byte)random.Next(-2, 3);
                return p;
            case 3: // cut off
                return p[..at];
            case 4: // a slice doubled
                int length = random.Next(1, Math.Min(64, p.Length - at) + 1);
                return [.. p[..(at + length)], .. p[at..]];
            case 5: // a slice taken out
                return [.. p[..at], .. p[Math.Min(p.Length, at + random.Next(1, 16))..]];
            case 6: // a piece of another payload
                byte[] other = corpus[random.Next(corpus.Count)];
                int from = random.Next(other.Length + 1);
                int count = Math.Min(random.Next(64), other.Length - from);
                return [.. p[..at], .. other.AsSpan(from, count), .. p[at..]];
            default: // two payloads in one
                return [.. p, .. corpus[random.Next(corpus.Count)]];
        }
    }
}
