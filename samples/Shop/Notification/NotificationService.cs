using Microsoft.AspNetCore.Routing;
using Shop.Database;
using Shop.Hosting;
using Shop.Messaging;
using Shop.Model;

namespace Shop.Notification;

/// <summary>Writes to customers. Keeps the newest 20,000 letters.</summary>
internal sealed class NotificationService : IShopService
{
    private static readonly Statement InsertLetter = new(
        "INSERT", "letters", "INSERT INTO letters (order_id, customer_id, template, body) VALUES (?, ?, ?, ?)");

    private readonly ServiceContext context;
    private readonly ShopDatabase database;
    private readonly Inbox inbox;
    private readonly Table<Letter> letters = new(20_000);

    private sealed record Letter(string Order, string Template, string Text);

    public NotificationService(ServiceContext context)
    {
        this.context = context;
        database = context.OpenDatabase(roundTrip: 5);
        inbox = new Inbox(context, largestBatch: 1, gather: TimeSpan.Zero);
    }

    public void Map(IEndpointRouteBuilder routes) => inbox.Map(routes);

    public Task RunAsync(CancellationToken stopping) => inbox.RunAsync(WriteAsync, stopping);

    private async Task WriteAsync(IReadOnlyList<Message> messages)
    {
        foreach (var message in messages)
        {
            var letter = Render(message);
            await database.ExecuteAsync(InsertLetter, () => letters.Insert(letter));
        }
    }

    private Letter Render(Message message)
    {
        using var activity = context.Activities.StartActivity("render letter");
        string template = message.Topic == "orders.placed" ? "order-confirmation" : "parcel-on-its-way";
        activity?.SetTag("notification.template", template);
        activity?.SetTag("notification.channel", "email");
        var about = message.Body;
        string text = about.Tracking is null
            ? $"Thank you for your order {about.Order} of {about.Items} items, {about.Total.Amount} {about.Total.Currency}."
            : $"Your order {about.Order} is on its way. You can follow it as {about.Tracking}.";
        return new Letter(message.Order, template, text);
    }
}
