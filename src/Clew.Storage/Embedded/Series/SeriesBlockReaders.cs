using Clew.Core.Files;

namespace Clew.Storage.Embedded.Series;

/// <summary>Opens blocks to be read. Footers and keys are read once and kept: about 16 bytes a series and page.</summary>
internal sealed class SeriesBlockReaders(IFileLayer files, string root, SeriesHealth health, Func<string, SeriesKeys> keysOf)
{
    /// <summary>Opens a block with its directory known; null where it cannot be read, which has been told.</summary>
    public IDataFile? Open(SeriesBlock block)
    {
        if (block.IsExcluded)
        {
            return null;
        }
        IDataFile? file = null;
        try
        {
            file = files.Open(Path.Combine(root, block.Summary.Path), DataFileMode.Read);
            if (block.Directory is null)
            {
                var directory = SeriesBlockDirectory.Read(file);
                if (directory.Summary != block.Summary || file.Length != block.Length)
                {
                    throw new InvalidDataException("it is not the block that was written under its name");
                }
                block.Know(directory, keysOf(block.Summary.Tenant));
            }
            return file;
        }
        catch (Exception failure) when (SeriesHealth.IsDamage(failure))
        {
            file?.Dispose();
            health.SetAside(block, failure);
            return null;
        }
    }

    public SeriesCellReader Reader(SeriesBlock block, IDataFile file) =>
        new(block, block.Directory!, file, (page, reason) => health.SetAside(block, page, reason));
}
