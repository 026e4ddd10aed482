namespace Clew.Ingest.Sampling;

/// <summary>
/// What is in force, and who said so. What the API sets wins over the configuration, survives restarts, and holds until it is taken back.
/// Thread-safe.
/// </summary>
public sealed class SamplingControl
{
    private readonly Lock gate = new();
    private readonly SavedSampling saved;
    private readonly TraceSampler sampler;
    private readonly SamplingConfig configured;

    /// <param name="configured">What the configuration says.</param>
    /// <param name="saved">What the API said before.</param>
    /// <param name="sampler">What it is put in force in.</param>
    public SamplingControl(SamplingConfig configured, SavedSampling saved, TraceSampler sampler)
    {
        this.configured = configured;
        this.saved = saved;
        this.sampler = sampler;
        var set = saved.Read(out string? problem);
        IsSet = set is not null;
        sampler.Use(set ?? configured);
        if (problem is not null)
        {
            sampler.Report(problem);
        }
    }

    /// <summary>What it is put in force in.</summary>
    public TraceSampler Sampler => sampler;

    /// <summary>What is in force.</summary>
    public SamplingConfig Config => sampler.Config;

    /// <summary>True where the API set it.</summary>
    public bool IsSet { get; private set; }

    /// <summary>Puts it in force, now and after every restart. Where that cannot be written down nothing changes.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The system refuses.</exception>
    public void Set(SamplingConfig config)
    {
        lock (gate)
        {
            saved.Write(config);
            IsSet = true;
            sampler.Use(config);
        }
    }

    /// <summary>Goes back to what is configured.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The system refuses.</exception>
    public void Reset()
    {
        lock (gate)
        {
            saved.Delete();
            IsSet = false;
            sampler.Use(configured);
        }
    }
}
