using Microsoft.Playwright;

namespace Clew.EndToEnd.Browser;

/// <summary>Debian's Chromium, once for all tests of a class.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Chromium))
        {
            return;
        }
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    /// <summary>A page of its own; what the page logs as an error or violates of its policy is collected.</summary>
    public async Task<(IPage Page, List<string> Errors)> OpenAsync(string url, ColorScheme scheme = ColorScheme.Light)
    {
        if (browser is null)
        {
            Assert.SkipUnless(Build.IsCi, $"{Chromium} is not installed");
            Assert.Fail($"{Chromium} is not installed, and in CI it has to be.");
        }
        var context = await browser.NewContextAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = 1440, Height = 900 } });
        var page = await context.NewPageAsync();
        var errors = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                errors.Add(message.Text);
            }
        };
        page.PageError += (_, error) => errors.Add(error);
        await page.GotoAsync(url);
        return (page, errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }
        playwright?.Dispose();
    }
}
