using System.Diagnostics;

namespace Shop.Telemetry;

/// <summary>Whom a request is for: put into W3C baggage once, and so onto every span further down, in every service.</summary>
internal static class Baggage
{
    public const string Session = "session.id";
    public const string User = "user.id";
    public const string Order = "order.id";

    public static readonly string[] Keys = [Session, User, Order];

    /// <summary>Marks the present span and everything that will be below it.</summary>
    public static void Mark(string key, string value) => Mark(Activity.Current, key, value);

    /// <summary>Marks a span and everything that will be below it. An empty value marks nothing.</summary>
    public static void Mark(Activity? activity, string key, string value)
    {
        if (activity is null || value.Length == 0)
            return;
        activity.SetBaggage(key, value);
        activity.SetTag(key, value);
    }
}
