using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Shop.Database;
using Shop.Hosting;
using Shop.Messaging;
using Shop.Model;

namespace Clew.Shop.Tests.Messaging;

public sealed class OutboxTests
{
    [Fact]
    public async Task ARefusedHandOverIsTriedAgainAndEachSubscriberGetsEveryMessageOnce()
    {
        var took = new Dictionary<string, List<string>> { ["first"] = [], ["second"] = [] };
        var complete = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int refusals = 0;
        void Take(string subscriber, MessageBatch batch)
        {
            lock (took)
            {
                took[subscriber].AddRange(batch.Messages.Select(message => message.Id));
                if (took.Values.All(ids => ids.Count >= 3))
                    complete.TrySetResult();
            }
        }

        await using var first = await LoopbackServer.StartAsync([0], app => MapInbox(app, batch => Take("first", batch), refuse: () => refusals++ == 0));
        await using var second = await LoopbackServer.StartAsync([0], app => MapInbox(app, batch => Take("second", batch), refuse: () => false));
        var addresses = new AddressBook();
        addresses.Replace(new Dictionary<string, int> { ["first"] = LoopbackServer.Ports(first)[0], ["second"] = LoopbackServer.Ports(second)[0] });
        using var http = new HttpClient();
        var context = Samples.Context(http, addresses);
        var database = new ShopDatabase("test", DatabaseTiming.FromMilliseconds(0, 0), Samples.Activities, TimeProvider.System);
        var outbox = new Outbox(context, database, "first", "second");
        for (int message = 0; message < 3; message++)
            await outbox.AppendAsync("orders.placed", Samples.Event);

        using var enough = new CancellationTokenSource();
        var running = outbox.RunAsync(enough.Token);
        await complete.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.True(refusals > 1);
        Assert.Equal(3, took["first"].Distinct().Count());
        Assert.Equal(took["first"], took["second"]);
    }

    private static void MapInbox(WebApplication app, Action<MessageBatch> take, Func<bool> refuse)
    {
        app.UseRouting();
        app.MapPost("/inbox/{topic}", async http =>
        {
            if (refuse())
            {
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            }

            take(await http.ReadJsonAsync(ShopJson.Default.MessageBatch));
            await http.WriteJsonAsync(new Done(), ShopJson.Default.Done);
        });
    }
}
