using System.Diagnostics;
using System.Threading.Channels;
using Clew.Core.Columns;
using Clew.Core.Measures;
using Clew.Core.Model;
using Clew.Ingest.Intake;
using Clew.Server.Api.Metrics;
using Clew.Server.Hosting;

namespace Clew.Server.SelfMonitoring.Tracing;

/// <summary>Listens to Clew's own traces and puts them into its own intake, once a second.</summary>
/// <remarks>
/// Bounded: at most <see cref="Most"/> spans wait, further ones are dropped and counted. Failure policy: what the intake does not take at
/// once is dropped and counted; a server that is short of room does not wait for its own traces.
/// </remarks>
internal sealed class SelfTracer : BackgroundService, IMetricSource, IBounded
{
    /// <summary>Spans that may wait.</summary>
    public const int Most = 4096;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Channel<Activity> waiting = Channel.CreateBounded<Activity>(new BoundedChannelOptions(Most) { SingleReader = true });
    private readonly SelfTracingOptions options;
    private readonly ISpanIntake intake;
    private readonly IPayloadReader reader;
    private readonly TimeProvider clock;
    private readonly TraceRate rate;
    private readonly SpanBatch batch = new();
    private long dropped;
    private long sent;

    public SelfTracer(SelfTracingOptions options, ISpanIntake intake, IEnumerable<IPayloadReader> readers, TimeProvider clock)
    {
        this.options = options;
        this.intake = intake;
        this.clock = clock;
        reader = readers.Single(static one => one.Format == PayloadFormat.OtlpTracesJson);
        rate = new TraceRate(options.TracesPerSecond, clock);
    }

    public IReadOnlyList<BoundUse> Bounds => [new BoundUse("self_spans", BoundUnit.Items, waiting.Reader.Count, Most)];

    public void Collect(MetricWriter writer)
    {
        writer.Counter("clew_self_spans", "Spans of Clew's own traces that were taken in.", Interlocked.Read(ref sent));
        writer.Counter("clew_self_spans_dropped", "Spans of Clew's own traces for which there was no room.", Interlocked.Read(ref dropped));
    }

    /// <summary>Sends what waits.</summary>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        SelfTrace.BeginExport();
        var activities = new List<Activity>();
        while (activities.Count < Most && waiting.Reader.TryRead(out var activity))
        {
            activities.Add(activity);
        }
        if (activities.Count == 0)
        {
            return;
        }
        byte[] payload = SelfTracePayload.Write(activities, StatusSource.Version);
        var read = reader.Read(payload, batch);
        bool isTaken = read.IsValid
            && await intake.AcceptAsync(new IngestPayload(Tenant.Default, reader.Format, payload), batch, cancellationToken) == IntakeOutcome.Accepted;
        Interlocked.Add(ref isTaken ? ref sent : ref dropped, activities.Count);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.IsEnabled)
        {
            return;
        }
        using var listener = Listen();
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await SendAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server ends; what it did meanwhile nobody asks for.
        }
    }

    /// <summary>Begins to listen; dispose what it returns to end.</summary>
    internal ActivityListener Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == SelfTrace.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> creation) =>
                creation.Parent != default || rate.TryTake() ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = activity =>
            {
                if (!waiting.Writer.TryWrite(activity))
                {
                    Interlocked.Increment(ref dropped);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
