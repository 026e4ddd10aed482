using System.Diagnostics;
using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Clew.EndToEnd.Sdk;

/// <summary>The real OpenTelemetry .NET SDK: what it sends is found, attribute by attribute.</summary>
public sealed class DotNetSdkTests
{
    private const int Count = 10_000;

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task Every_span_sent_is_found_whole(OtlpExportProtocol protocol)
    {
        await using var server = await ServerProcess.StartAsync();
        using var clew = new ClewClient(server);

        var sent = Send(server, protocol);

        var found = await clew.SearchAllAsync("service=dotnet-sdk");
        Assert.Equal(sent.Keys.Order(), found.Order());
        await Parallel.ForEachAsync(found, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (id, _) =>
        {
            var span = Assert.Single(await clew.SpansAsync(id));
            int i = sent[id];
            Assert.Equal($"span {i % 10}", (string?)span["name"]);
            Assert.Equal(3, (int)span["kind"]!);
            var attributes = span["attributes"];
            Assert.Equal($"intValue:{i}", ClewClient.Attribute(attributes, "number"));
            Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"doubleValue:{i + 0.5}"), ClewClient.Attribute(attributes, "half"));
            Assert.Equal($"stringValue:value {i} ünïcödé", ClewClient.Attribute(attributes, "text"));
            Assert.Equal($"boolValue:{(i % 2 == 0 ? "true" : "false")}", ClewClient.Attribute(attributes, "even"));
            Assert.Equal($$"""arrayValue:{"values":[{"stringValue":"a{{i}}"},{"stringValue":"b"}]}""", ClewClient.Attribute(attributes, "list"));
            var e = Assert.Single(span["events"]!.AsArray())!;
            Assert.Equal("event", (string?)e["name"]);
            Assert.Equal($"intValue:{i}", ClewClient.Attribute(e["attributes"], "at"));
            Assert.Equal(i % 3 == 0 ? 2 : 0, (int?)span["status"]?["code"] ?? 0);
            Assert.Equal(i % 3 == 0 ? $"failed {i}" : null, (string?)span["status"]?["message"]);
            Assert.Equal("stringValue:dotnet-sdk", ClewClient.Attribute(span["resource"]!["attributes"], "service.name"));
            Assert.Equal("clew.e2e", (string?)span["scope"]!["name"]);
        });
    }

    private static Dictionary<string, int> Send(ServerProcess server, OtlpExportProtocol protocol)
    {
        using var source = new ActivitySource("clew.e2e");
        using var provider = OpenTelemetry.Sdk.CreateTracerProviderBuilder()
            .AddSource(source.Name)
            .ConfigureResource(resource => resource.AddService("dotnet-sdk", serviceVersion: "1.2.3"))
            .AddOtlpExporter(exporter =>
            {
                exporter.Protocol = protocol;
                exporter.Endpoint = new Uri(protocol == OtlpExportProtocol.Grpc ? server.Grpc : server.OtlpHttp + "/v1/traces");
                exporter.BatchExportProcessorOptions = new() { MaxQueueSize = 2 * Count, MaxExportBatchSize = 512, ScheduledDelayMilliseconds = 100 };
            })
            .Build();
        var sent = new Dictionary<string, int>();
        for (int i = 0; i < Count; i++)
        {
            Activity.Current = null;
            using var activity = source.StartActivity($"span {i % 10}", ActivityKind.Client)!;
            activity.SetTag("number", i).SetTag("half", i + 0.5).SetTag("text", $"value {i} ünïcödé").SetTag("even", i % 2 == 0);
            activity.SetTag("list", new[] { $"a{i}", "b" });
            activity.AddEvent(new ActivityEvent("event", tags: new ActivityTagsCollection { ["at"] = i }));
            if (i % 3 == 0)
            {
                activity.SetStatus(ActivityStatusCode.Error, $"failed {i}");
            }
            sent.Add(activity.TraceId.ToHexString(), i);
        }
        Assert.True(provider.ForceFlush(60_000));
        return sent;
    }
}
