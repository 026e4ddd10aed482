using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Shop.Model;
using Shop.Telemetry;

namespace Shop.Hosting;

/// <summary>Calls other services and partners by name over HTTP.</summary>
internal sealed class ServiceCalls(HttpClient http, AddressBook addresses)
{
    /// <summary>GETs a template whose placeholders are filled in order with <paramref name="values"/>.</summary>
    public Task<T> GetAsync<T>(string peer, string template, JsonTypeInfo<T> answer, params string[] values)
        => SendAsync(HttpMethod.Get, peer, template, null, answer, values);

    public Task<T> PostAsync<TBody, T>(
        string peer, string template, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<T> answer, params string[] values)
        => SendAsync(HttpMethod.Post, peer, template, JsonContent.Create(body, bodyType), answer, values);

    public Task DeleteAsync(string peer, string template, params string[] values)
        => SendAsync(HttpMethod.Delete, peer, template, null, ShopJson.Default.Done, values);

    private async Task<T> SendAsync<T>(
        HttpMethod method, string peer, string template, HttpContent? body, JsonTypeInfo<T> answer, string[] values)
    {
        OutgoingCall.Current = new OutgoingCall(Path(template), peer);
        using var request = new HttpRequestMessage(method, new Uri(addresses.Base(peer), Fill(template, values))) { Content = body };
        using var response = await http.SendAsync(request);
        if (response.IsSuccessStatusCode)
            return (await response.Content.ReadFromJsonAsync(answer))!;

        string title = await TitleAsync(response);
        int status = (int)response.StatusCode;
        // What the customer can mend is passed on as it is; everything else is a failure of the one that was called.
        throw status is >= 400 and < 500 ? new ProblemException(status, title) : new ServiceCallException(peer, status, title);
    }

    private static string Path(string template)
    {
        int query = template.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? template : template[..query];
    }

    internal static string Fill(string template, string[] values)
    {
        var path = new StringBuilder(template.Length + 32);
        int value = 0;
        for (int i = 0; i < template.Length; i++)
        {
            if (template[i] != '{')
            {
                path.Append(template[i]);
                continue;
            }

            path.Append(Uri.EscapeDataString(values[value++]));
            i = template.IndexOf('}', i);
        }

        return path.ToString();
    }

    private static async Task<string> TitleAsync(HttpResponseMessage response)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/json")
            return response.ReasonPhrase ?? "no reason given";
        return (await response.Content.ReadFromJsonAsync(ShopJson.Default.Problem))?.Title ?? "no reason given";
    }
}
