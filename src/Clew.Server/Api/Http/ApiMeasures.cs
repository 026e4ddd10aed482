using System.Collections.Concurrent;
using Clew.Core.Measures;
using Clew.Server.Api.Metrics;

namespace Clew.Server.Api.Http;

/// <summary>How long the endpoints take and how often they fail. Thread-safe; bounded by the endpoints.</summary>
internal sealed class ApiMeasures : IMetricSource
{
    private readonly ConcurrentDictionary<string, Figures> byEndpoint = new(StringComparer.Ordinal);

    /// <summary>Notes an answer.</summary>
    /// <param name="endpoint">The endpoint's pattern.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="taken">From the request to the end of its answer.</param>
    /// <param name="exemplar">The trace that Clew made of it; null where there is none.</param>
    public void Add(string endpoint, int status, TimeSpan taken, Exemplar? exemplar)
    {
        var figures = byEndpoint.GetOrAdd(endpoint, static _ => new Figures());
        figures.Durations.Add(taken.TotalSeconds, exemplar);
        if (status >= StatusCodes.Status500InternalServerError)
        {
            Interlocked.Increment(ref figures.Failed);
        }
    }

    public void Collect(MetricWriter writer)
    {
        var all = byEndpoint.OrderBy(static pair => pair.Key, StringComparer.Ordinal).ToList();
        writer.BeginHistogram("clew_api_request_duration_seconds", "Time from a request to the end of its answer, by endpoint.");
        foreach (var (endpoint, figures) in all)
        {
            writer.Buckets(figures.Durations, ("endpoint", endpoint));
        }
        writer.BeginCounter("clew_api_failed_requests", "Requests answered with a status of 500 or more, by endpoint.");
        foreach (var (endpoint, figures) in all)
        {
            writer.Sample(Interlocked.Read(ref figures.Failed), ("endpoint", endpoint));
        }
    }

    private sealed class Figures
    {
        public long Failed;

        public Histogram Durations { get; } = new(Histogram.Seconds);
    }
}
