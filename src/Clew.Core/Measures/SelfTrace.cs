using System.Diagnostics;

namespace Clew.Core.Measures;

/// <summary>
/// Where Clew's parts tell what they do, as traces. Costs next to nothing while nobody listens, which is the default.
/// </summary>
/// <remarks>
/// What sends these traces on marks its own work by <see cref="BeginExport"/>: no part makes a span of that, so that a trace never
/// gives rise to the next one.
/// </remarks>
public static class SelfTrace
{
    /// <summary>The name that listeners know the source by.</summary>
    public const string SourceName = "Clew";

    private static readonly ActivitySource Source = new(SourceName);
    private static readonly AsyncLocal<bool> Exporting = new();

    /// <summary>True within the sending of these traces.</summary>
    public static bool IsExporting => Exporting.Value;

    /// <summary>Begins a trace, whatever is going on around it. Null where nobody listens or it is not chosen; dispose it at its end.</summary>
    public static Activity? Begin(string name, ActivityKind kind = ActivityKind.Internal)
    {
        if (!Source.HasListeners() || IsExporting)
        {
            return null;
        }
        // The host makes activities of its own, which nobody sends on: no parents for ours. Nor is the sender's trace, which is its own.
        Activity.Current = null;
        return Source.StartActivity(name, kind);
    }

    /// <summary>A step of the trace that is under way; null where there is none. Dispose it at its end.</summary>
    public static Activity? Step(string name) =>
        Source.HasListeners() && Activity.Current is { } current && current.Source == Source ? Source.StartActivity(name) : null;

    /// <summary>From here on, within the caller's asynchronous flow, nothing makes spans.</summary>
    public static void BeginExport()
    {
        Exporting.Value = true;
        Activity.Current = null;
    }

    /// <summary>An exemplar of a trace; null where it is none.</summary>
    public static Exemplar? Exemplar(Activity? activity, double value, DateTimeOffset time) =>
        activity is { Recorded: true } ? new Exemplar(activity.TraceId.ToHexString(), value, time) : null;
}
