using Clew.Storage.Embedded;

namespace Clew.Server.Hosting.Configuration;

/// <summary>The keys of the embedded store.</summary>
internal static class StoreConfig
{
    public static EmbeddedStoreOptions Read(ConfigurationReader reader, string directory)
    {
        var defaults = new EmbeddedStoreOptions { Directory = directory };
        return defaults with
        {
            PageCacheBytes = reader.Size("Store:PageCacheBytes", defaults.PageCacheBytes, 1 << 20, 1L << 40, "Memory for pages and dictionaries of segments"),
            OpenSegments = reader.Number("Store:OpenSegments", defaults.OpenSegments, 1, 100_000, "Segments kept open, a file handle each"),
        };
    }
}
