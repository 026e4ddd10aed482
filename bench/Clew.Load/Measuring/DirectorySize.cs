namespace Clew.Load.Measuring;

/// <summary>Bytes of a data directory: the journal's files, which are of fixed size and used again, and everything else.</summary>
internal readonly record struct DirectorySize(long JournalBytes, long OtherBytes)
{
    public static DirectorySize Of(string path)
    {
        long journal = 0;
        long other = 0;
        foreach (string file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories))
        {
            try
            {
                long length = new FileInfo(file).Length;
                bool isJournal = Path.GetRelativePath(path, file).StartsWith("journal", StringComparison.OrdinalIgnoreCase);
                journal += isJournal ? length : 0;
                other += isJournal ? 0 : length;
            }
            catch (FileNotFoundException)
            {
                // Compacted away meanwhile.
            }
        }
        return new DirectorySize(journal, other);
    }
}
