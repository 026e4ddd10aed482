using System.Collections.Frozen;
using Microsoft.Net.Http.Headers;

namespace Clew.Server.Hosting.WebUi;

/// <summary>
/// Serves the web UI out of the assembly. Paths that are not files are pages of the UI and get its one document.
/// </summary>
internal static class WebUiEndpoints
{
    private const string ResourcePrefix = "ui/";

    // Nothing inline, nothing from elsewhere; the UI's own CSS is a file.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public static void MapWebUi(this IEndpointRouteBuilder endpoints)
    {
        var files = Load();
        endpoints.MapMethods("/{**path}", [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)(context => ServeAsync(context, files)));
    }

    private static async Task ServeAsync(HttpContext context, FrozenDictionary<string, WebUiFile> files)
    {
        string path = context.Request.Path.Value?.TrimStart('/') ?? "";
        bool isFile = files.TryGetValue(path, out var file);
        if (!isFile && (path.StartsWith("api/", StringComparison.Ordinal) || Path.HasExtension(path) || !files.TryGetValue("index.html", out file)))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.WriteAsync(files.Count == 0 ? "This build of Clew holds no web UI.\n" : "Not found.\n", context.RequestAborted);
            return;
        }
        var response = context.Response;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers.CacheControl = file!.IsImmutable ? "public, max-age=31536000, immutable" : "no-cache";
        response.Headers.ETag = file.EntityTag;
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (context.Request.Headers.IfNoneMatch == file.EntityTag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        response.ContentType = file.ContentType;
        bool compress = file.IsCompressible && context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.OrdinalIgnoreCase);
        byte[] body = compress ? file.Compressed : file.Content;
        if (compress)
        {
            response.Headers.ContentEncoding = "br";
        }
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private static FrozenDictionary<string, WebUiFile> Load()
    {
        var assembly = typeof(WebUiEndpoints).Assembly;
        var files = new Dictionary<string, WebUiFile>(StringComparer.Ordinal);
        foreach (string name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            byte[] content = new byte[stream.Length];
            stream.ReadExactly(content);
            string path = name[ResourcePrefix.Length..].Replace('\\', '/');
            files.Add(path, new WebUiFile(path, content));
        }
        return files.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
