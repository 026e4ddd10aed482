using System.Diagnostics;
using OpenTelemetry;

namespace Shop.Telemetry;

/// <summary>Names HttpClient's spans by method and template, and says which service answers.</summary>
internal sealed class ClientSpans : BaseProcessor<Activity>
{
    public override void OnStart(Activity data)
    {
        if (data.Source.Name != "System.Net.Http" || OutgoingCall.Current is not { } call)
            return;
        data.SetTag("url.template", call.Template);
        data.SetTag("peer.service", call.Peer);
    }

    public override void OnEnd(Activity data)
    {
        // HttpClient writes its own name after OnStart.
        if (data.GetTagItem("url.template") is string template && data.GetTagItem("http.request.method") is string method)
            data.DisplayName = $"{method} {template}";
    }
}
