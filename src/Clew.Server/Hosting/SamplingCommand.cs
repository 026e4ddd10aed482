using System.Text;
using System.Text.Json;
using Clew.Ingest.Sampling;
using Clew.Ingest.Sampling.Import;
using Clew.Ingest.Sampling.Policies;

namespace Clew.Server.Hosting;

/// <summary><c>clew sampling import FILE</c>: turns the Collector's tail_sampling policies into Clew's.</summary>
internal static class SamplingCommand
{
    public const string Usage = "clew sampling import FILE";

    /// <summary>
    /// Writes the policy to the output and what could not be taken to the other. Exit code 0: all of it was taken; 2: not all; 1: none.
    /// </summary>
    /// <exception cref="StartupException">The words are wrong, or the file cannot be read.</exception>
    public static int Run(ReadOnlySpan<string> words, TextWriter output, TextWriter notes)
    {
        if (words is not ["import", var file])
        {
            throw new StartupException($"Usage: {Usage}. FILE is a configuration of the OpenTelemetry Collector with a tail_sampling processor.");
        }
        string yaml;
        try
        {
            yaml = File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StartupException($"'{file}' cannot be read: {e.Message}", e);
        }
        var result = TailSamplingImport.Read(yaml);
        foreach (var note in result.NotTaken)
        {
            notes.WriteLine($"{file}:{note.Line}: {note.What}: {note.Why}");
        }
        if (result.Policy is null)
        {
            return 1;
        }
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Indented = true }))
        {
            PolicyWriter.Write(writer, new SamplingConfig { Policy = result.Policy });
        }
        output.WriteLine(Encoding.UTF8.GetString(json.ToArray()));
        return result.NotTaken.Count == 0 ? 0 : 2;
    }
}
