using System.Diagnostics;
using Shop.Database;
using Shop.Hosting;
using Shop.Model;
using Shop.Telemetry;

namespace Shop.Messaging;

/// <summary>
/// Messages a service wrote down with its own data and hands over afterwards, to each subscriber, at least once. Holds at
/// most <see cref="Capacity"/> messages; past that the oldest are given up. A hand-over that fails is tried again later.
/// </summary>
internal sealed class Outbox(ServiceContext context, ShopDatabase database, params string[] subscribers)
{
    private const int Capacity = 10_000;
    private const int LargestBatch = 20;
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);

    private static readonly Statement InsertMessage = new(
        "INSERT", "outbox", "INSERT INTO outbox (id, topic, subscriber, headers, body) VALUES (?, ?, ?, ?, ?)");
    private static readonly Statement SelectPending = new(
        "SELECT", "outbox", "SELECT id, topic, headers, body FROM outbox WHERE subscriber = ? AND topic = ? ORDER BY number LIMIT 20");
    private static readonly Statement DeleteSent = new("DELETE", "outbox", "DELETE FROM outbox WHERE id IN (?) AND subscriber = ?");

    private readonly Table<Pending> pending = new(Capacity);

    private sealed record Pending(string Subscriber, Message Message);

    /// <summary>Writes a message down for every subscriber, with the present span's context and baggage.</summary>
    public async Task AppendAsync(string topic, OrderEvent body)
    {
        using var activity = MessageSpans.Start(context.Activities, "create", topic, ActivityKind.Producer);
        var message = new Message(
            Guid.CreateVersion7(context.Time.GetUtcNow()).ToString(),
            topic,
            activity?.Id ?? "",
            activity?.GetBaggageItem(Baggage.Session) ?? "",
            body.Customer,
            body.Order,
            body);
        activity?.SetTag("messaging.message.id", message.Id);
        await database.ExecuteAsync(InsertMessage, () =>
        {
            foreach (string subscriber in subscribers)
                pending.Insert(new Pending(subscriber, message));
        });
    }

    /// <summary>Hands over until told to stop.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            await Task.Delay(PollEvery, context.Time, stopping);
            if (pending.Count == 0)
                continue;
            foreach (string subscriber in subscribers)
            {
                if (!await HandOverAsync(subscriber))
                    await Task.Delay(AfterFailure, context.Time, stopping);
            }
        }
    }

    private async Task<bool> HandOverAsync(string subscriber)
    {
        if (await FirstTopicAsync(subscriber) is not { } topic)
            return true;
        using var activity = MessageSpans.Start(context.Activities, "send", topic, ActivityKind.Client);
        try
        {
            var rows = await database.QueryAsync(SelectPending, async io => await BatchAsync(subscriber, topic, io));
            Message[] messages = [.. rows.Select(row => row.Row.Message)];
            MessageSpans.Link(activity, messages);
            await context.Calls.PostAsync(
                subscriber, "/inbox/{topic}", new MessageBatch(messages), ShopJson.Default.MessageBatch, ShopJson.Default.Done, topic);
            await database.ExecuteAsync(DeleteSent, () => rows.ForEach(row => pending.Remove(row.Number)));
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or ServiceCallException or ProblemException or OperationCanceledException)
        {
            activity?.AddException(e);
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            return false;
        }
    }

    private async Task<string?> FirstTopicAsync(string subscriber)
    {
        var rows = await pending.ScanAsync(row => row.Subscriber == subscriber, Unmeasured());
        return rows.Count == 0 ? null : rows[0].Row.Message.Topic;
    }

    private async Task<List<StoredRow<Pending>>> BatchAsync(string subscriber, string topic, PageReader io)
    {
        var rows = await pending.ScanAsync(row => row.Subscriber == subscriber && row.Message.Topic == topic, io);
        return rows.Count <= LargestBatch ? rows : rows.GetRange(0, LargestBatch);
    }

    // The database tells the relay when something is there; that costs no statement.
    private PageReader Unmeasured() => new(DatabaseTiming.FromMilliseconds(0, 0), context.Time);
}
