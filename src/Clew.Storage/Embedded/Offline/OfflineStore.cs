using Clew.Core.Files;

namespace Clew.Storage.Embedded.Offline;

/// <summary>
/// Looks into a store's directory, checks it and brings it into order while no process has it open: the caller sees to that.
/// </summary>
/// <remarks>Failure: <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/> where the directory itself cannot be read.</remarks>
public static class OfflineStore
{
    /// <summary>What there is, from the manifest and the names of files. Reads no segment, changes nothing.</summary>
    /// <param name="directory">The store's directory, absolute.</param>
    /// <param name="files">The files; null: the disk.</param>
    public static StoreReport Inspect(string directory, IFileLayer? files = null) =>
        new StoreInspection(new StoreFiles(files ?? DiskFileLayer.Instance, directory)).Run();

    /// <summary>Reads every byte and checks it, pages, footers, indexes and lists. Changes nothing.</summary>
    /// <param name="directory">The store's directory, absolute.</param>
    /// <param name="files">The files; null: the disk.</param>
    /// <param name="cancellationToken">Ends the work between segments.</param>
    public static StoreReport Verify(string directory, IFileLayer? files = null, CancellationToken cancellationToken = default) =>
        new StoreVerification(new StoreFiles(files ?? DiskFileLayer.Instance, directory)).Run(cancellationToken);

    /// <summary>
    /// Sets aside what cannot be opened (renamed to *.damaged, never deleted) and writes a manifest of what can. A segment that is damaged in
    /// part stays, because it still serves the rest. Where nothing is wrong nothing is changed.
    /// </summary>
    /// <param name="directory">The store's directory, absolute.</param>
    /// <param name="files">The files; null: the disk.</param>
    /// <param name="cancellationToken">Ends the work between segments, before anything is changed.</param>
    public static StoreReport Repair(string directory, IFileLayer? files = null, CancellationToken cancellationToken = default) =>
        new StoreRepair(new StoreFiles(files ?? DiskFileLayer.Instance, directory)).Run(cancellationToken);
}
