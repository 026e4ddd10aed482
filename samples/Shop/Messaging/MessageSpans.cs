using System.Diagnostics;
using Shop.Model;

namespace Shop.Messaging;

/// <summary>Spans around messages, after OpenTelemetry's conventions for messaging.</summary>
internal static class MessageSpans
{
    public static Activity? Start(ActivitySource source, string operation, string topic, ActivityKind kind)
    {
        var activity = source.StartActivity($"{operation} {topic}", kind);
        activity?.SetTag("messaging.system", "outbox");
        activity?.SetTag("messaging.destination.name", topic);
        activity?.SetTag("messaging.operation.name", operation);
        activity?.SetTag("messaging.operation.type", operation);
        return activity;
    }

    /// <summary>Links a span to those that created the messages it works on.</summary>
    public static void Link(Activity? activity, IReadOnlyList<Message> messages)
    {
        if (activity is null)
            return;
        foreach (var message in messages)
        {
            if (ActivityContext.TryParse(message.TraceParent, null, isRemote: true, out var context))
                activity.AddLink(new ActivityLink(context, new ActivityTagsCollection { ["messaging.message.id"] = message.Id }));
        }

        if (messages is [var only])
        {
            activity.SetTag("messaging.message.id", only.Id);
            Identify(activity, only);
        }
        else
        {
            activity.SetTag("messaging.batch.message_count", messages.Count);
        }
    }

    /// <summary>Says whom a message is about, on a span and everything below it.</summary>
    public static void Identify(Activity? activity, Message message)
    {
        Telemetry.Baggage.Mark(activity, Telemetry.Baggage.Session, message.Session);
        Telemetry.Baggage.Mark(activity, Telemetry.Baggage.User, message.User);
        Telemetry.Baggage.Mark(activity, Telemetry.Baggage.Order, message.Order);
    }
}
