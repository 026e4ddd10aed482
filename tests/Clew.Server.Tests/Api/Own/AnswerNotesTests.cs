using Clew.Ingest.Intake;
using Clew.Query.Tests.Support;
using Clew.Server.Tests.Api.Support;
using Clew.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Tests.Api.Own;

/// <summary>What was refused in a time is told by every answer about that time, and by no other.</summary>
public sealed class AnswerNotesTests
{
    [Theory]
    [InlineData("/services?")]
    [InlineData("/operations?")]
    [InlineData("/search?")]
    [InlineData("/red?")]
    [InlineData("/service-map?")]
    public async Task Overload_is_told_about_its_own_time_only(string path)
    {
        var clock = new ManualTimeProvider();
        var refusals = new RefusedPeriods(clock);
        await using var host = await ApiHost.Own(new MemorySpanSource(), more: services => services.AddSingleton(refusals));
        const string During = "from=2025-12-31T23:30:00Z&to=2026-01-01T00:30:00Z";
        const string After = "from=2026-01-01T00:10:00Z&to=2026-01-01T00:30:00Z";
        Assert.False((await host.Json("/api/clew/v1" + path + During)).TryGetProperty("notes", out _));
        refusals.Note();
        clock.Advance(TimeSpan.FromSeconds(5));
        refusals.Note();
        var notes = (await host.Json("/api/clew/v1" + path + During)).GetProperty("notes");
        Assert.Contains("Between 2026-01-01 00:00:00 and 00:00:05 UTC", notes[0].GetString(), StringComparison.Ordinal);
        Assert.Contains("2 payloads were refused", notes[0].GetString(), StringComparison.Ordinal);
        Assert.False((await host.Json("/api/clew/v1" + path + After)).TryGetProperty("notes", out _));
    }
}
