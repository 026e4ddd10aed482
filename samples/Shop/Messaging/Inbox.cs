using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Shop.Hosting;
using Shop.Model;

namespace Shop.Messaging;

/// <summary>
/// Takes messages over HTTP and works on them afterwards, in traces of their own. Holds at most <see cref="Capacity"/>
/// messages and refuses more, so that the sender keeps them. A message that comes twice is taken once; one whose work
/// fails is said so on its span and given up.
/// </summary>
internal sealed class Inbox(ServiceContext context, int largestBatch, TimeSpan gather)
{
    internal const int Capacity = 1_000;
    private const int Remembered = 4_000;

    private readonly Channel<Message> waiting = Channel.CreateBounded<Message>(Capacity);
    private readonly Queue<string> rememberedInOrder = new();
    private readonly HashSet<string> remembered = [];

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/inbox/{topic}", async http =>
    {
        var batch = await http.ReadJsonAsync(ShopJson.Default.MessageBatch);
        Activity.Current?.SetTag("messaging.batch.message_count", batch.Messages.Length);
        foreach (var message in batch.Messages)
        {
            if (!Take(message))
                throw new InvalidOperationException("The inbox is full.");
        }

        http.Response.StatusCode = StatusCodes.Status202Accepted;
        await http.WriteJsonAsync(new Done(), ShopJson.Default.Done);
    });

    /// <summary>Works on what comes, a batch of one topic at a time, until told to stop.</summary>
    public async Task RunAsync(Func<IReadOnlyList<Message>, Task> work, CancellationToken stopping)
    {
        while (await waiting.Reader.WaitToReadAsync(stopping))
        {
            if (gather > TimeSpan.Zero)
                await Task.Delay(gather, context.Time, stopping);
            var batch = new List<Message>(largestBatch);
            while (batch.Count < largestBatch && waiting.Reader.TryRead(out var message))
                batch.Add(message);
            foreach (var topic in batch.GroupBy(message => message.Topic))
                await ProcessAsync(topic.Key, [.. topic], work);
        }
    }

    private async Task ProcessAsync(string topic, Message[] messages, Func<IReadOnlyList<Message>, Task> work)
    {
        using var activity = MessageSpans.Start(context.Activities, "process", topic, ActivityKind.Consumer);
        MessageSpans.Link(activity, messages);
        try
        {
            await work(messages);
        }
        catch (Exception e) when (e is HttpRequestException or ServiceCallException or ProblemException or OperationCanceledException)
        {
            activity?.AddException(e);
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
        }
    }

    /// <summary>Keeps a message, once; false when there is no room for it.</summary>
    internal bool Take(Message message)
    {
        lock (remembered)
        {
            if (remembered.Contains(message.Id))
                return true;
            if (!waiting.Writer.TryWrite(message))
                return false;
            remembered.Add(message.Id);
            rememberedInOrder.Enqueue(message.Id);
            if (rememberedInOrder.Count > Remembered)
                remembered.Remove(rememberedInOrder.Dequeue());
            return true;
        }
    }
}
