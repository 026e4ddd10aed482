using System.Globalization;
using Microsoft.Playwright;

namespace Clew.EndToEnd.Browser;

/// <summary>The built pages in a real browser against the real server, under its real content security policy.</summary>
public sealed class WebUiTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private static ulong Now => (ulong)(TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task The_first_trace_appears_without_a_reload_and_opens_as_a_waterfall(ColorScheme scheme)
    {
        await using var server = await ServerProcess.StartAsync();
        var (page, errors) = await browser.OpenAsync(server.Web, scheme);
        await Assertions.Expect(page.GetByText("OTEL_EXPORTER_OTLP_ENDPOINT").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("body")).ToContainTextAsync(server.Grpc);

        await SendAsync(server, "browsed", 1);
        var row = page.GetByText("browsed").First;
        await Assertions.Expect(row).ToBeVisibleAsync(new() { Timeout = 30_000 });

        await row.ClickAsync();
        await page.WaitForURLAsync($"**/trace/{TestPayload.TraceId(1)}**");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "root" })).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("canvas").First).ToBeVisibleAsync();

        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("trace.number")).ToBeVisibleAsync();
        Assert.Empty(errors);
    }

    [Fact]
    public async Task The_address_holds_the_search()
    {
        await using var server = await ServerProcess.StartAsync();
        await SendAsync(server, "wanted", 1);
        await SendAsync(server, "other", 2);
        var (page, errors) = await browser.OpenAsync($"{server.Web}/search?service=wanted");
        await Assertions.Expect(page.GetByText("1 trace").First).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Assertions.Expect(page.GetByText("wanted").First).ToBeVisibleAsync();
        Assert.Equal(0, await page.GetByRole(AriaRole.Row).Filter(new() { HasText = "other" }).CountAsync());
        Assert.Empty(errors);
    }

    [Fact]
    public async Task An_unknown_trace_says_so()
    {
        await using var server = await ServerProcess.StartAsync();
        var (page, _) = await browser.OpenAsync($"{server.Web}/trace/{42.ToString("x32", CultureInfo.InvariantCulture)}");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading).First).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("000000000000000000000000000002a");
    }

    private static async Task SendAsync(ServerProcess server, string service, int trace)
    {
        using var http = new HttpClient();
        using var response = await http.PostAsync(new Uri(server.OtlpHttp + "/v1/traces"), TestPayload.Trace(service, trace, 5, Now - 2_000_000_000));
        response.EnsureSuccessStatusCode();
    }
}
