using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Shop.Database;
using Shop.Hosting;
using Shop.Model;

namespace Shop.Payment;

/// <summary>Asks the acquirer for the money. Keeps the newest 20,000 authorisations.</summary>
internal sealed class PaymentService : IShopService
{
    private static readonly Statement InsertAuthorization = new(
        "INSERT", "authorizations", "INSERT INTO authorizations (id, order_id, amount, currency, card_brand, state) VALUES (?, ?, ?, ?, ?, ?)");
    private static readonly Statement UpdateAuthorization = new(
        "UPDATE", "authorizations", "UPDATE authorizations SET state = ?, answer = ? WHERE id = ?");

    private readonly ServiceContext context;
    private readonly ShopDatabase database;
    private readonly Table<Row> authorizations = new(20_000);

    private sealed record Row(string Id, AuthorizationRequest Request, string State);

    public PaymentService(ServiceContext context)
    {
        this.context = context;
        database = context.OpenDatabase(roundTrip: 6);
    }

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/authorizations", async http =>
    {
        var request = await http.ReadJsonAsync(ShopJson.Default.AuthorizationRequest);
        string id = Guid.CreateVersion7(context.Time.GetUtcNow()).ToString();
        Describe(Activity.Current, request);

        long number = 0;
        await database.ExecuteAsync(InsertAuthorization, () => number = authorizations.Insert(new Row(id, request, "asked")));
        string state = "approved";
        try
        {
            await AuthorizeAsync(request);
        }
        catch (CardDeclinedException e)
        {
            state = "declined";
            throw new ProblemException(StatusCodes.Status402PaymentRequired, e.Message);
        }
        finally
        {
            await database.ExecuteAsync(UpdateAuthorization, () => authorizations.Replace(number, row => row with { State = state }));
        }

        await http.WriteJsonAsync(new Authorization(id), ShopJson.Default.Authorization);
    });

    private async Task AuthorizeAsync(AuthorizationRequest request)
    {
        using var activity = context.Activities.StartActivity("authorize card");
        Describe(activity, request);
        var answer = await context.Calls.PostAsync(
            "acquirer",
            "/v1/charges",
            new CardCharge(request.Order, request.Amount.Amount, request.Amount.Currency, request.Card),
            ShopJson.Default.CardCharge,
            ShopJson.Default.CardAnswer);
        activity?.SetTag("payment.response_code", answer.Code);
        if (answer.Approved)
            return;

        var declined = new CardDeclinedException(answer.Code, answer.Message);
        activity?.AddException(declined);
        activity?.SetStatus(ActivityStatusCode.Error, declined.Message);
        throw declined;
    }

    private static void Describe(Activity? activity, AuthorizationRequest request)
    {
        activity?.SetTag("payment.method", request.Card);
        activity?.SetTag("order.value", (double)request.Amount.Amount);
        activity?.SetTag("order.currency", request.Amount.Currency);
    }
}
