using Clew.Ingest.Counting;
using Clew.Ingest.Intake;
using Clew.Ingest.Journal;
using Clew.Ingest.Otlp;
using Clew.Ingest.Pipeline;
using Clew.Ingest.Sampling;
using Clew.Query;
using Clew.Server.SelfMonitoring.Probing;
using Clew.Server.SelfMonitoring.Tracing;
using Clew.Storage.Embedded;
using Clew.Storage.Embedded.Series;

namespace Clew.Server.Hosting.Configuration;

/// <summary>The whole configuration, read once at start and never changed.</summary>
internal sealed record ClewConfig(
    string StorageDirectory, ServerConfig Server, ListenConfig Listen, OtlpOptions Otlp, IntakeOptions Intake, JournalOptions Journal, PipelineOptions Pipeline, CountingOptions Counting,
    EmbeddedStoreOptions Store, EmbeddedSeriesOptions Series, QueryOptions Query, SamplingOptions Sampling, SamplingConfig Policy,
    ProbeOptions Probe, SelfTracingOptions SelfTracing)
{
    /// <summary>Reads and checks everything. What is wrong is in the reader's errors; the values are then not to be used.</summary>
    public static ClewConfig Read(ConfigurationReader reader, bool demo)
    {
        string directory = FullPath(reader, reader.Text(
            "Storage:Directory", DataDirectory.Default(demo), "Where data lie"));
        var server = ServerConfig.Read(reader);
        var listen = ListenConfig.Read(reader);
        var otlp = OtlpConfig.Read(reader);
        var intake = IntakeConfig.Read(reader);
        var journal = JournalConfig.Read(reader, DataDirectory.Journal(directory));
        var pipeline = PipelineConfig.Read(reader);
        var counting = CountingConfig.Read(reader);
        var (sampling, policy) = SamplingKeys.Read(reader, DataDirectory.Sampling(directory));
        var config = new ClewConfig(
            directory,
            server,
            listen,
            otlp,
            intake,
            journal,
            pipeline,
            counting,
            StoreConfig.Read(reader, DataDirectory.Store(directory)),
            SeriesConfig.Read(reader, DataDirectory.Series(directory)),
            QueryConfig.Read(reader),
            sampling,
            policy,
            ProbeConfig.Read(reader),
            SelfTracingConfig.Read(reader));
        reader.RejectUnknownKeys();
        return config with { Pipeline = pipeline with { ProbeHold = config.Probe.Patience } };
    }

    private static string FullPath(ConfigurationReader reader, string path)
    {
        try
        {
            return Path.GetFullPath(path);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or PathTooLongException)
        {
            reader.Error($"Storage:Directory: '{path}' is not a path.");
            return Path.GetFullPath(".");
        }
    }
}
