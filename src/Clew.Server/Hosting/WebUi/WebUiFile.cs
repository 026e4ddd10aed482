using System.IO.Compression;
using System.Security.Cryptography;

namespace Clew.Server.Hosting.WebUi;

/// <summary>A file of the web UI, read from the assembly once and kept, plain and compressed.</summary>
internal sealed class WebUiFile
{
    private readonly Lazy<byte[]> compressed;

    public WebUiFile(string path, byte[] content)
    {
        Path = path;
        Content = content;
        ContentType = System.IO.Path.GetExtension(path) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".svg" => "image/svg+xml",
            ".png" => "image/png",
            ".ico" => "image/x-icon",
            ".woff2" => "font/woff2",
            ".json" or ".webmanifest" => "application/json",
            ".txt" => "text/plain; charset=utf-8",
            _ => "application/octet-stream",
        };
        EntityTag = $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8))}\"";
        // The builder names everything under assets/ by its content.
        IsImmutable = path.StartsWith("assets/", StringComparison.Ordinal);
        compressed = new Lazy<byte[]>(Compress);
    }

    public string Path { get; }

    public byte[] Content { get; }

    public string ContentType { get; }

    public string EntityTag { get; }

    public bool IsImmutable { get; }

    /// <summary>Brotli; made at the first request for it.</summary>
    public byte[] Compressed => compressed.Value;

    /// <summary>True where compressing pays.</summary>
    public bool IsCompressible => Content.Length > 512 && (ContentType.StartsWith("text/", StringComparison.Ordinal)
        || ContentType is "image/svg+xml" or "application/json");

    private byte[] Compress()
    {
        using var target = new MemoryStream();
        using (var brotli = new BrotliStream(target, CompressionLevel.Optimal))
        {
            brotli.Write(Content);
        }
        return target.ToArray();
    }
}
