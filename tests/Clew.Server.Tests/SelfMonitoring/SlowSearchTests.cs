using Clew.Core.Model;
using Clew.Server.Hosting.Configuration;
using Clew.Server.Hosting.Listeners;
using Clew.Server.SelfMonitoring.Probing;
using Clew.Server.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Tests.SelfMonitoring;

/// <summary>A search that comes long after a probe was sent finds it: it was slow, and counts as such.</summary>
[Collection(nameof(Alone))]
public sealed class SlowSearchTests() : WholeServer("--Probe:Interval", "0s", "--Assembly:QuietPeriod", "1ms", "--Assembly:FlushInterval", "1ms")
{
    private const string Span = """
        {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeSpans":[{"spans":[
        {"traceId":"000000000000000000000000000000aa","spanId":"00000000000000bb","name":"pay","kind":2,"startTimeUnixNano":"1767225600000000000","endTimeUnixNano":"1767225600000000001"}]}]}]}
        """;

    [Fact]
    public async Task A_probe_is_found_after_its_trace_has_closed()
    {
        var parts = Services;
        using var target = HttpProbeTarget.Create(
            parts.GetRequiredService<ListenerSetup>(), parts.GetRequiredService<ListenConfig>(), parts.GetRequiredService<ProbeSecret>(), TimeProvider.System)!;
        var probe = new TraceId(1, 2);
        Assert.NotNull(await target.FindAsync(probe, CancellationToken.None));
        Assert.Null(await target.SendAsync(probe, CancellationToken.None));
        // What came after the probe is stored: the probe's trace has closed before.
        await SendAsync(Span);
        await UntilStoredAsync(1);
        Assert.Null(await target.FindAsync(probe, CancellationToken.None));
        Assert.Equal(0, (await JsonAsync("/api/clew/v1/status")).GetProperty("spans").GetProperty("open").GetInt64());
    }
}
