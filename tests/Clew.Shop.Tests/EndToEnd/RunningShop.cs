using System.Diagnostics;
using System.Text.RegularExpressions;
using Shop.Faults;
using Shop.Load;
using Shop.Supervision;

namespace Clew.Shop.Tests.EndToEnd;

/// <summary>The real shop, started as its users start it, on ports the system chooses.</summary>
internal sealed partial class RunningShop : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(30);

    private readonly Process process;
    private readonly CustomerClient customers;
    private readonly SessionModel model = new(42);
    private long nextCustomer;

    private RunningShop(Process process, Uri storefront, Uri control)
    {
        this.process = process;
        customers = new CustomerClient(storefront);
        Control = new ControlClient(control);
    }

    public Process Process => process;

    public ControlClient Control { get; }

    public static async Task<RunningShop> StartAsync(Uri exportTo)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { typeof(SwitchCatalog).Assembly.Location, "up", "--ports-from", "0", "--attached" },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment =
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = exportTo.ToString(),
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            },
        };
        var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(LongestStart);
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (UpLine().Match(line) is { Success: true } up)
                return new RunningShop(process, new Uri(up.Groups[1].Value), new Uri(up.Groups[2].Value));
        }

        throw new InvalidOperationException("The shop ended before it was up.");
    }

    public async Task SetAsync(params string[] switches)
    {
        foreach (string text in switches)
        {
            Assert.True(SwitchCatalog.TryParse(text, known => known.Initial, out var assignment, out string? error), error);
            await Control.SetAsync(assignment);
        }
    }

    /// <summary>One customer with twenty products in the cart comes and pays, without thinking. Returns the status of the payment.</summary>
    public async Task<int> BuyAsync()
    {
        var plan = NextBuyer();
        int status = 0;
        foreach (var step in plan.Steps)
        {
            using var response = await customers.DoAsync(plan, step, CancellationToken.None);
            status = (int)response.StatusCode;
            Assert.True(step.Body?.Payment is not null || status == 200, $"{step.Path} answered {status}");
        }

        return status;
    }

    /// <summary>Ends the shop the polite way and returns its exit code.</summary>
    public async Task<int> EndAsync()
    {
        process.StandardInput.Close();
        await ExitAsync();
        return process.ExitCode;
    }

    public async Task ExitAsync()
    {
        using var limit = new CancellationTokenSource(LongestEnd);
        await process.WaitForExitAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        customers.Dispose();
        Control.Dispose();
        if (!process.HasExited)
        {
            process.Kill();
            await ExitAsync();
        }

        process.Dispose();
    }

    private SessionPlan NextBuyer()
    {
        while (true)
        {
            var plan = model.Create(Interlocked.Increment(ref nextCustomer));
            if (plan.Reached == Stage.Pay && plan.Steps.Sum(step => step.Body?.Items?.Items.Length ?? 0) == 20)
                return plan;
        }
    }

    [GeneratedRegex(@"^shop is up: (\S+), control (\S+)$")]
    private static partial Regex UpLine();
}
