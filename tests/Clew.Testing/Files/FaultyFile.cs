namespace Clew.Testing.Files;

/// <summary>
/// A file's content as programs see it, and what of it is certain to be on disk: per sector every version since the last sync may be
/// there after a power cut, and of the lengths every one.
/// </summary>
internal sealed class FaultyFile
{
    public const int SectorBytes = 512;

    private readonly Dictionary<long, List<byte[]>> unsynced = [];
    private readonly List<long> lengths = [0];
    private byte[] content = [];
    private byte[] durable = [];

    public long Length { get; private set; }

    public ReadOnlySpan<byte> Content => content.AsSpan(0, (int)Length);

    public int Read(Span<byte> buffer, long offset)
    {
        int count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        content.AsSpan((int)Math.Min(offset, Length), count).CopyTo(buffer);
        return count;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        if (bytes.IsEmpty)
        {
            return;
        }
        Grow(offset + bytes.Length);
        bytes.CopyTo(content.AsSpan((int)offset));
        for (long sector = offset / SectorBytes; sector * SectorBytes < offset + bytes.Length; sector++)
        {
            if (!unsynced.TryGetValue(sector, out var versions))
            {
                unsynced.Add(sector, versions = []);
            }
            versions.Add(Sector(content, sector));
        }
    }

    public void SetLength(long length)
    {
        if (length < Length)
        {
            content.AsSpan((int)length).Clear();
            foreach (long sector in unsynced.Keys.Where(sector => sector * SectorBytes >= length).ToList())
            {
                unsynced.Remove(sector);
            }
        }
        Grow(length);
        Length = length;
        lengths.Add(length);
    }

    /// <summary>Only what was written since the last sync reaches the disk: what a failed one lost stays lost.</summary>
    public void Sync()
    {
        Array.Resize(ref durable, (int)Length);
        foreach (var (sector, versions) in unsynced)
        {
            int at = (int)(sector * SectorBytes);
            versions[^1].AsSpan(0, Math.Min(SectorBytes, durable.Length - at)).CopyTo(durable.AsSpan(at));
        }
        unsynced.Clear();
        lengths.Clear();
        lengths.Add(Length);
    }

    /// <summary>A sync that failed: some of it went to the disk, and the system takes the rest for written although it is not.</summary>
    public void FailSync(Random random)
    {
        durable = AfterPowerCut(random, keep: null);
        unsynced.Clear();
        lengths.Clear();
        lengths.Add(durable.Length);
        if (durable.Length != Length)
        {
            lengths.Add(Length);
        }
    }

    /// <summary>The content after a power cut.</summary>
    /// <param name="keep">True keeps all that was written, false nothing that was not synced, null something in between.</param>
    public byte[] AfterPowerCut(Random random, bool? keep)
    {
        if (keep == true)
        {
            return Content.ToArray();
        }
        if (keep == false)
        {
            return [.. durable];
        }
        byte[] image = new byte[lengths[random.Next(lengths.Count)]];
        durable.AsSpan(0, Math.Min(durable.Length, image.Length)).CopyTo(image);
        foreach (var (sector, versions) in unsynced)
        {
            int version = random.Next(-1, versions.Count);
            long at = sector * SectorBytes;
            if (version >= 0 && at < image.Length)
            {
                versions[version].AsSpan(0, (int)Math.Min(SectorBytes, image.Length - at)).CopyTo(image.AsSpan((int)at));
            }
        }
        return image;
    }

    /// <summary>A file that is on disk with that content.</summary>
    public static FaultyFile Durable(byte[] bytes)
    {
        var file = new FaultyFile();
        file.Write(bytes, 0);
        file.Sync();
        return file;
    }

    private void Grow(long length)
    {
        if (length > content.Length)
        {
            Array.Resize(ref content, (int)((length + SectorBytes - 1) / SectorBytes * SectorBytes));
        }
        if (length > Length)
        {
            Length = length;
            lengths.Add(length);
        }
    }

    private static byte[] Sector(byte[] bytes, long sector) => bytes.AsSpan((int)(sector * SectorBytes), SectorBytes).ToArray();
}
