using System.Buffers;
using System.Text.Json;
using Clew.Core.Files;
using Clew.Ingest.Sampling.Policies;

namespace Clew.Ingest.Sampling;

/// <summary>
/// What the API set, kept in the data directory over restarts. Replaced whole: written under another name, synced, renamed. What cannot be
/// written is refused and changes nothing.
/// </summary>
public sealed class SavedSampling(SamplingOptions options, IFileLayer files)
{
    private const string FileName = "policy.json";
    private const string NewName = FileName + ".new";

    private string Path => System.IO.Path.Combine(options.Directory, FileName);

    /// <summary>What is kept; null where nothing is.</summary>
    /// <param name="problem">Why what is kept cannot be used, or null.</param>
    public SamplingConfig? Read(out string? problem)
    {
        problem = null;
        try
        {
            string parent = System.IO.Path.GetDirectoryName(options.Directory)!;
            if (!files.ListDirectories(parent).Contains(System.IO.Path.GetFileName(options.Directory))
                || !files.ListFiles(options.Directory).Contains(FileName))
            {
                return null;
            }
            byte[] json;
            using (var file = files.Open(Path, DataFileMode.Read))
            {
                json = new byte[Math.Min(file.Length, PolicyReader.MaxLength + 1)];
                file.Read(json, 0);
            }
            var config = PolicyReader.Read(json, out var problems);
            problem = config is null ? $"The sampling policy in {Path} cannot be used, what is configured is in force: {problems[0].Path}: {problems[0].Message}" : null;
            return config;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problem = $"The sampling policy in {Path} cannot be read, what is configured is in force: {failure.Message}";
            return null;
        }
    }

    /// <summary>Keeps what is to be sampled. When it returns that is durable.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The system refuses.</exception>
    public void Write(SamplingConfig config)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Indented = true }))
        {
            PolicyWriter.Write(writer, config);
        }
        files.CreateDirectory(options.Directory);
        string path = System.IO.Path.Combine(options.Directory, NewName);
        using (var file = files.Open(path, DataFileMode.Create))
        {
            file.Write(json.WrittenSpan, 0);
            file.Sync();
        }
        files.Rename(path, Path);
        files.SyncDirectory(options.Directory);
    }

    /// <summary>Forgets it.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The system refuses.</exception>
    public void Delete()
    {
        files.CreateDirectory(options.Directory);
        files.Delete(Path);
        files.SyncDirectory(options.Directory);
    }
}
