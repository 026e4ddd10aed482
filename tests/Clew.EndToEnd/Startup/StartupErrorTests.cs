using System.Diagnostics;

namespace Clew.EndToEnd.Startup;

/// <summary>What keeps Clew from starting is one line and exit code 1, never a stack trace.</summary>
public sealed class StartupErrorTests
{
    [Fact]
    public async Task A_port_in_use()
    {
        await using var first = await ServerProcess.StartAsync();
        await AssertRefusedAsync("address already in use", "--Listen:Otlp:Grpc", first.Grpc["http://".Length..]);
    }

    [Fact]
    public async Task A_data_directory_in_use()
    {
        await using var first = await ServerProcess.StartAsync();
        await AssertRefusedAsync("Storage:Directory", "--Storage:Directory", first.Directory);
    }

    [Fact]
    public Task A_data_directory_that_cannot_be_written() =>
        AssertRefusedAsync("Storage:Directory", "--Storage:Directory", "/proc/clew");

    [Theory]
    [InlineData("Listen:Web", "nowhere")]
    [InlineData("Listen:Web", "0.0.0.0:0")]
    [InlineData("Listen:Wbe", "localhost:1")]
    [InlineData("Otlp:MaxPayloadBytes", "a lot")]
    [InlineData("Journal:Sync", "never")]
    [InlineData("Head:Shards", "3")]
    [InlineData("Assembly:QuietPeriod", "-1s")]
    public Task A_wrong_value_is_named_by_its_key(string key, string value) => AssertRefusedAsync(key, "--" + key, value);

    [Fact]
    public Task A_misspelt_switch() => AssertRefusedAsync("--dmeo", "--dmeo");

    [Fact]
    public async Task Listening_elsewhere_takes_a_flag_and_warns()
    {
        await using var server = await ServerProcess.StartAsync(null, null, "--Listen:Jaeger", "0.0.0.0:0", "--Listen:AllowRemote", "true");
        Assert.Contains("there is no authentication", server.Log, StringComparison.Ordinal);
    }

    private static async Task AssertRefusedAsync(string said, params string[] arguments)
    {
        string directory = Directory.CreateTempSubdirectory("clew-e2e-").FullName;
        string[] ports = ["--Listen:Otlp:Grpc", "127.0.0.1:0", "--Listen:Otlp:Http", "127.0.0.1:0", "--Listen:Web", "127.0.0.1:0", "--Listen:Jaeger", "127.0.0.1:0"];
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [Build.ServerAssembly, "--Storage:Directory", directory, .. ports, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Directory.Delete(directory, recursive: true);
        Assert.Equal(1, process.ExitCode);
        string line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(said, line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", await output + errors, StringComparison.Ordinal);
    }
}
