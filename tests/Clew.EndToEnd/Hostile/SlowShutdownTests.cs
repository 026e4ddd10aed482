using System.Diagnostics;
using System.Net.Sockets;

namespace Clew.EndToEnd.Hostile;

/// <summary>Whoever holds a connection open does not hold up the end: supervisors kill after ten seconds.</summary>
public sealed class SlowShutdownTests
{
    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{")]
    public async Task A_connection_that_says_no_more_does_not_hold_up_the_end(string said)
    {
        await using var server = await ServerProcess.StartAsync();
        var address = new Uri(server.OtlpHttp);
        using var silent = new TcpClient();
        await silent.ConnectAsync(address.Host, address.Port);
        await silent.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(said));
        using var http = new HttpClient();
        using var content = TestPayload.Trace("stopping", 1, 10, TestPayload.Epoch);
        // The server has seen the connection: it accepts them in order.
        Assert.True((await http.PostAsync(new Uri(server.OtlpHttp + "/v1/traces"), content)).IsSuccessStatusCode);

        var watch = Stopwatch.StartNew();
        Assert.Equal(0, await server.StopAsync());
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"The server took {watch.Elapsed} to end.");
    }
}
