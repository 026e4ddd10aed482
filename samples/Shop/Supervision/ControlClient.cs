using System.Net.Http.Json;
using Shop.Faults;
using Shop.Model;

namespace Shop.Supervision;

/// <summary>Speaks to the control endpoint of a running shop.</summary>
internal sealed class ControlClient(Uri control) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = control,
        Timeout = TimeSpan.FromSeconds(10),
    };

    public void Dispose() => http.Dispose();

    public async Task<ShopStatus> StatusAsync()
        => await AskAsync(() => http.GetFromJsonAsync("/status", ShopJson.Default.ShopStatus))
            ?? throw new ShopException("The shop has answered nothing.");

    /// <summary>Sets a switch; when it returns it is in force everywhere.</summary>
    public Task SetAsync(SwitchAssignment assignment) => AskAsync(async () =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/switches/{assignment.Name}/{assignment.Value}");
        request.Headers.Add(ControlEndpoint.Header, "1");
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return true;
    });

    private async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (HttpRequestException e)
        {
            throw new ShopException($"No shop answers at {control} ({e.Message}). Start one with 'shop up', or name another with --control.");
        }
    }
}
