using System.Diagnostics;
using System.Globalization;

namespace Clew.EndToEnd.Sdk;

/// <summary>OpenTelemetry's JavaScript SDK from npm over OTLP HTTP/JSON.</summary>
public sealed class JavaScriptSdkTests
{
    private const int Count = 10_000;

    [Fact]
    public async Task Every_span_sent_over_json_is_found_whole()
    {
        string folder = Path.Combine(Build.Root, "tests", "Clew.EndToEnd", "Sdk", "js");
        await RunAsync("npm", folder, "ci", "--no-audit", "--no-fund");
        await using var server = await ServerProcess.StartAsync();
        using var clew = new ClewClient(server);

        await RunAsync("node", folder, "send.mjs", server.OtlpHttp + "/v1/traces", Count.ToString(CultureInfo.InvariantCulture));

        var found = await clew.SearchAllAsync("service=js-sdk");
        Assert.Equal(Count, found.Count);
        var numbers = new System.Collections.Concurrent.ConcurrentBag<int>();
        await Parallel.ForEachAsync(found, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (id, _) =>
        {
            var span = Assert.Single(await clew.SpansAsync(id));
            var attributes = span["attributes"];
            int i = int.Parse(ClewClient.Attribute(attributes, "number")!.Split(':')[1], CultureInfo.InvariantCulture);
            numbers.Add(i);
            Assert.Equal($"span {i % 10}", (string?)span["name"]);
            Assert.Equal(3, (int)span["kind"]!);
            Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"doubleValue:{i + 0.5}"), ClewClient.Attribute(attributes, "half"));
            Assert.Equal($"stringValue:value {i} ünïcödé", ClewClient.Attribute(attributes, "text"));
            Assert.Equal($"boolValue:{(i % 2 == 0 ? "true" : "false")}", ClewClient.Attribute(attributes, "even"));
            Assert.Equal($$"""arrayValue:{"values":[{"stringValue":"a{{i}}"},{"stringValue":"b"}]}""", ClewClient.Attribute(attributes, "list"));
            var e = Assert.Single(span["events"]!.AsArray())!;
            Assert.Equal($"intValue:{i}", ClewClient.Attribute(e["attributes"], "at"));
            Assert.Equal(i % 3 == 0 ? 2 : 0, (int?)span["status"]?["code"] ?? 0);
            Assert.Equal("stringValue:js-sdk", ClewClient.Attribute(span["resource"]!["attributes"], "service.name"));
        });
        Assert.Equal(Enumerable.Range(0, Count), numbers.Order());
    }

    private static async Task RunAsync(string program, string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await output}{errors}");
    }
}
