using System.Diagnostics;
using OpenTelemetry;

namespace Shop.Telemetry;

/// <summary>Writes the shop's baggage onto every span as attributes.</summary>
internal sealed class BaggageTags : BaseProcessor<Activity>
{
    public override void OnStart(Activity data)
    {
        foreach (string key in Baggage.Keys)
        {
            if (data.GetBaggageItem(key) is { } value)
                data.SetTag(key, value);
        }
    }
}
