namespace Clew.Ingest.Journal;

/// <summary>Sizes and names of format version 1. Keep in sync with docs/formats/journal.md.</summary>
internal static class JournalFormat
{
    public const ushort Version = 1;

    /// <summary>Records of a file begin here; the header lies before it, twice.</summary>
    public const int FirstRecordOffset = 4096;

    /// <summary>Places and length of the file header's two copies: each within one sector, so that one bad sector does not cost a file.</summary>
    public const int FirstCopyOffset = 0;
    public const int SecondCopyOffset = 2048;
    public const int FileHeaderBytes = 64;

    public const int RecordHeaderBytes = 48;
    public const int Alignment = 8;

    public const string LiveSuffix = ".journal";
    public const string SpareSuffix = ".spare";
    public const string DamagedSuffix = ".damaged";
    public const string CheckpointName = "checkpoint";

    /// <summary>Rounded up to a multiple of <see cref="Alignment"/>.</summary>
    public static long Aligned(long bytes) => (bytes + Alignment - 1) & -Alignment;

    /// <summary>Bytes of a record with header, tenant, payload and padding.</summary>
    public static long RecordBytes(int tenantBytes, int payloadBytes) =>
        RecordHeaderBytes + Aligned(tenantBytes) + Aligned(payloadBytes);

    /// <summary><c>0000000000000042.journal</c></summary>
    public static string FileName(long generation, string suffix) =>
        generation.ToString("D16", System.Globalization.CultureInfo.InvariantCulture) + suffix;

    /// <summary>The generation in a file's name, where it is one of the journal's with that suffix.</summary>
    public static bool TryParseName(string name, string suffix, out long generation)
    {
        generation = 0;
        return name.EndsWith(suffix, StringComparison.Ordinal)
            && name.Length == 16 + suffix.Length
            && long.TryParse(name.AsSpan(0, 16), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out generation);
    }
}
