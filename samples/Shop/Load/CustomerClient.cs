using System.Net.Http.Json;
using Shop.Model;

namespace Shop.Load;

/// <summary>A customer's browser: does what the plan says against a storefront. It is not traced, as browsers are not.</summary>
internal sealed class CustomerClient(Uri storefront) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
    })
    {
        BaseAddress = storefront,
        Timeout = TimeSpan.FromSeconds(20),
    };

    public void Dispose() => http.Dispose();

    /// <summary>Does one step. Connection failures throw.</summary>
    public async Task<HttpResponseMessage> DoAsync(SessionPlan plan, SessionStep step, CancellationToken stopping)
    {
        using var request = new HttpRequestMessage(step.Body is null ? HttpMethod.Get : HttpMethod.Post, step.Path)
        {
            Content = step.Body switch
            {
                { Login: { } login } => JsonContent.Create(login, ShopJson.Default.LoginRequest),
                { Items: { } items } => JsonContent.Create(items, ShopJson.Default.AddItems),
                { Payment: { } payment } => JsonContent.Create(payment, ShopJson.Default.CardPayment),
                _ => null,
            },
        };
        request.Headers.TryAddWithoutValidation("Cookie", $"sid={plan.Session}");
        request.Headers.TryAddWithoutValidation("User-Agent", plan.UserAgent);
        return await http.SendAsync(request, stopping);
    }

    /// <summary>Looks at the order that came out of a payment.</summary>
    public async Task LookAtOrderAsync(SessionPlan plan, HttpResponseMessage paid, CancellationToken stopping)
    {
        var receipt = await paid.Content.ReadFromJsonAsync(ShopJson.Default.Receipt, stopping);
        var step = new SessionStep(Stage.Pay, $"/orders/{receipt!.Order}", null, TimeSpan.Zero);
        using var response = await DoAsync(plan, step, stopping);
    }
}
