namespace Clew.Storage.Embedded.Series;

/// <summary>What is known of a log file. State.</summary>
internal sealed class SeriesLogFile(long number)
{
    public long Number => number;

    /// <summary>Bytes up to the end of its last record.</summary>
    public long Length { get; set; }

    /// <summary>The highest append in it.</summary>
    public AppendId Last { get; set; }
}
