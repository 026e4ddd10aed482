using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Clew.EndToEnd.Sdk;

/// <summary>An SDK with traces, metrics and logs on does no harm: its spans are kept, the rest is declined, nothing is sent again.</summary>
public sealed class ThreeSignalsTests
{
    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task Metrics_and_logs_are_declined_without_an_error_in_the_sender(OtlpExportProtocol protocol)
    {
        await using var server = await ServerProcess.StartAsync();
        using var errors = new ExporterErrors();
        string name = "three.signals." + protocol;
        using var source = new ActivitySource(name);
        using var meter = new Meter(name);
        using var tracing = OpenTelemetry.Sdk.CreateTracerProviderBuilder().AddSource(name).AddOtlpExporter(o => Configure(o, "traces")).Build();
        using var metering = OpenTelemetry.Sdk.CreateMeterProviderBuilder().AddMeter(name).AddOtlpExporter(o => Configure(o, "metrics")).Build();
        using (var logging = LoggerFactory.Create(builder => builder.AddOpenTelemetry(o => o.AddOtlpExporter(e => Configure(e, "logs")))))
        {
            var logger = logging.CreateLogger(name);
            var counter = meter.CreateCounter<long>("orders");
            for (int i = 0; i < 10; i++)
            {
                using var activity = source.StartActivity("order");
                counter.Add(1);
#pragma warning disable CA1848, CA2254 // one plain line of log is the point
                logger.LogInformation("An order came in.");
#pragma warning restore CA1848, CA2254
            }
            Assert.True(tracing.ForceFlush(30_000));
            Assert.True(metering.ForceFlush(30_000));
        }

        // The listener hears the exporters of other tests too.
        Assert.DoesNotContain(errors.Messages, message =>
            message.Contains(server.Grpc, StringComparison.Ordinal) || message.Contains(server.OtlpHttp, StringComparison.Ordinal));
        using var clew = new ClewClient(server);
        Assert.Equal(10, (await clew.SearchAllAsync("operation=order")).Count);

        void Configure(OtlpExporterOptions options, string signal)
        {
            options.Protocol = protocol;
            options.Endpoint = new Uri(protocol == OtlpExportProtocol.Grpc ? server.Grpc : $"{server.OtlpHttp}/v1/{signal}");
        }
    }

    /// <summary>What the SDK's exporters complain of.</summary>
    private sealed class ExporterErrors : EventListener
    {
        private readonly List<string> messages = [];

        public IReadOnlyList<string> Messages
        {
            get
            {
                lock (messages)
                {
                    return [.. messages];
                }
            }
        }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name.StartsWith("OpenTelemetry-Exporter", StringComparison.Ordinal))
            {
                EnableEvents(eventSource, EventLevel.Warning);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            lock (messages)
            {
                messages.Add($"{eventData.EventName}: {string.Join("; ", eventData.Payload ?? new([]))}");
            }
        }
    }
}
