using Clew.Core.Files;
using Clew.Storage.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clew.Storage.Tests.Embedded;

/// <summary>A directory of its own for a test's store.</summary>
internal sealed class TemporaryStore : IDisposable
{
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("clew-store-").FullName;

    public EmbeddedSpanStore Open(IFileLayer? files = null, int openSegments = 512, long cache = 1 << 20, int groupRows = 4096) => EmbeddedSpanStore.Open(
        new EmbeddedStoreOptions { Directory = Path.Combine(Directory, "spans"), OpenSegments = openSegments, PageCacheBytes = cache, GroupRows = groupRows },
        files ?? DiskFileLayer.Instance,
        NullLogger<EmbeddedSpanStore>.Instance);

    /// <summary>The store's files, relative names in order.</summary>
    public List<string> Files() =>
        [.. System.IO.Directory.GetFiles(Path.Combine(Directory, "spans"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
