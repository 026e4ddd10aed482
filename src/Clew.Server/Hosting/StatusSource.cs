using System.Reflection;
using Clew.Ingest.Intake;
using Clew.Ingest.Journal;
using Clew.Ingest.Otlp;
using Clew.Ingest.Pipeline;
using Clew.Server.Api.Own;
using Clew.Server.Hosting.Configuration;
using Clew.Server.Hosting.Listeners;
using Clew.Server.SelfMonitoring;
using Clew.Storage;

namespace Clew.Server.Hosting;

/// <summary>Gathers what the parts say of themselves.</summary>
internal sealed class StatusSource(
    ClewConfig config, ListenerSetup listeners, OtlpStatistics otlp, IJournal journal, SpanPipeline pipeline, ISpanStore store, ISeriesStore series,
    StartTime started, IntakeLimit limit, RefusedPeriods refusals, Freshness freshness)
    : IStatusSource
{
    /// <summary>The version of this build.</summary>
    public static string Version { get; } =
        typeof(StatusSource).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public ServerStatus GetStatus()
    {
        var journalNow = journal.GetStatistics();
        var pipelineNow = pipeline.GetStatistics();
        var storeNow = store.GetStatistics();
        var seriesNow = series.GetStatistics();
        string[] problems =
        [
            .. journalNow.Problems, .. pipelineNow.Problems, .. storeNow.Problems, .. seriesNow.Problems,
            .. Overload() is { } overload ? [overload] : Array.Empty<string>(), .. freshness.Problem is { } stale ? [stale] : Array.Empty<string>(),
        ];
        // Nothing is accepted: an error, and the reason first. It is over when the part that refuses takes spans again.
        string?[] refusals = [journalNow.Refusal, pipelineNow.Refusal];
        string[] reasons = [.. refusals.Where(static reason => reason is not null)!];
        string state = reasons.Length > 0 ? "error" : problems.Length > 0 ? "warn" : "ok";
        return new ServerStatus(
            Version,
            started.Time,
            new ServerHealth(state, [.. reasons.Concat(problems).Distinct()]),
            new ServerEndpoints(
                listeners.Address(Listener.OtlpGrpc), listeners.Address(Listener.OtlpHttp), listeners.Address(Listener.Web), listeners.Address(Listener.Jaeger)),
            new SpanFigures(otlp.ReceivedSpans, otlp.RejectedSpans, storeNow.Spans, pipelineNow.OpenSpans + pipelineNow.WaitingSpans),
            new StorageFigures(
                config.StorageDirectory, storeNow.Bytes, storeNow.Segments, journalNow.FileBytes, seriesNow.Series, seriesNow.Bytes + seriesNow.LogBytes)
            {
                DeletedTraces = storeNow.DeletedTraces,
                Merges = storeNow.Merges,
                MergingSegments = storeNow.MergingSegments,
                Settled = storeNow.IsSettled,
                ExpiredSegments = storeNow.ExpiredSegments,
            })
        {
            Freshness = freshness.Figures,
        };
    }

    private string? Overload() =>
        !refusals.IsRefusing ? null
        : limit.RefusedPayloads > 0 ? FormattableString.Invariant(
            $"More spans come than the {limit.SpansPerSecond} a second that Intake:SpansPerSecond allows: senders are told to try again.")
        : "More comes than the server can take in: senders are told to try again.";
}
