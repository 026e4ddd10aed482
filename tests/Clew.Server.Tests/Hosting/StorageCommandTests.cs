using System.Net.Http.Headers;
using Clew.Server.Hosting;
using Clew.Server.Hosting.Listeners;

namespace Clew.Server.Tests.Hosting;

/// <summary>The offline verbs over a directory that a real server wrote.</summary>
public sealed class StorageCommandTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("clew-storage-").FullName;

    [Fact]
    public async Task A_flipped_byte_is_found_and_a_sound_directory_is_called_sound()
    {
        await WriteAsync();
        Assert.Equal(0, Run("inspect"));
        Assert.Equal(0, Run("verify"));

        string segment = Assert.Single(Directory.GetFiles(directory, "*.seg", SearchOption.AllDirectories));
        byte[] bytes = await File.ReadAllBytesAsync(segment);
        bytes[bytes.Length / 3] ^= 0x10;
        await File.WriteAllBytesAsync(segment, bytes);
        Assert.Equal(1, Run("verify"));
    }

    [Fact]
    public async Task A_directory_that_lost_its_manifest_is_repaired()
    {
        await WriteAsync();
        File.Delete(Path.Combine(DataDirectory.Store(directory), "MANIFEST"));
        Run("repair");
        Assert.Equal(0, Run("verify"));
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("mend DIR")]
    [InlineData("verify DIR DIR")]
    public void Wrong_words_are_refused(string words) =>
        Assert.Throws<StartupException>(() => StorageCommand.Run(words.Replace("DIR", directory, StringComparison.Ordinal).Split(' '), TextWriter.Null));

    [Fact]
    public void A_folder_without_data_is_refused() =>
        Assert.Throws<StartupException>(() => StorageCommand.Run(["verify", directory], TextWriter.Null));

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private int Run(string verb)
    {
        using var output = new StringWriter();
        int code = StorageCommand.Run([verb, directory], output);
        Assert.NotEmpty(output.ToString());
        return code;
    }

    private async Task WriteAsync()
    {
        await using var server = ClewServer.Create(
            [
                "--Storage:Directory", directory, "--Listen:Otlp:Grpc", "off", "--Listen:Otlp:Http", "127.0.0.1:0", "--Listen:Web", "off",
                "--Listen:Jaeger", "off", "--Assembly:QuietPeriod", "1ms", "--Assembly:FlushInterval", "1ms",
            ],
            demo: false);
        await server.StartAsync(CancellationToken.None);
        using var http = new HttpClient();
        using var content = new StringContent("""
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"s"}}]},"scopeSpans":[{"spans":[
            {"traceId":"0123456789abcdef0123456789abcdef","spanId":"0123456789abcdef","name":"n","startTimeUnixNano":"1767225600000000000","endTimeUnixNano":"1767225600000000001"}]}]}]}
            """);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await http.PostAsync(new Uri($"http://{server.Address(Listener.OtlpHttp)}/v1/traces"), content);
        response.EnsureSuccessStatusCode();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (Directory.GetFiles(directory, "*.seg", SearchOption.AllDirectories).Length == 0)
        {
            await timer.WaitForNextTickAsync();
        }
    }
}
