using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Shop.Database;
using Shop.Hosting;
using Shop.Model;
using Shop.Telemetry;

namespace Shop.Auth;

/// <summary>Who a session belongs to. Keeps the newest 20,000 sessions.</summary>
internal sealed class AuthService : IShopService
{
    private static readonly Statement SelectCustomer = new(
        "SELECT", "customers", "SELECT id, segment, country, currency FROM customers WHERE id = ?");
    private static readonly Statement InsertSession = new(
        "INSERT", "sessions", "INSERT INTO sessions (id, customer_id, expires_at) VALUES (?, ?, ?)");
    private static readonly Statement SelectSession = new(
        "SELECT",
        "sessions",
        "SELECT c.id, c.segment, c.country, c.currency FROM sessions s JOIN customers c ON c.id = s.customer_id WHERE s.id = ?");

    private readonly ShopDatabase database;
    private readonly Table<Customer> customers = new(CustomerBook.Count);
    private readonly TableIndex<Customer, string> customersById;
    private readonly Table<Session> sessions = new(20_000);
    private readonly TableIndex<Session, string> sessionsById;

    private sealed record Session(string Id, Customer Customer);

    public AuthService(ServiceContext context)
    {
        database = context.OpenDatabase(roundTrip: 5);
        customersById = customers.AddIndex(customer => customer.Id);
        sessionsById = sessions.AddIndex(session => session.Id);
        foreach (var customer in CustomerBook.All())
            customers.Insert(customer);
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/sessions", LogInAsync);
        routes.MapPost("/sessions/verify", VerifyAsync);
    }

    private async Task LogInAsync(HttpContext http)
    {
        var login = await http.ReadJsonAsync(ShopJson.Default.LoginRequest);
        var found = await database.QueryAsync(SelectCustomer, io => customersById.SeekAsync(login.Customer, io));
        if (found is not [{ Row: var customer }])
            throw new ProblemException(StatusCodes.Status401Unauthorized, "Unknown customer.");
        await database.ExecuteAsync(InsertSession, () => sessions.Insert(new Session(login.Session, customer)));
        await AnswerAsync(http, customer);
    }

    private async Task VerifyAsync(HttpContext http)
    {
        var verify = await http.ReadJsonAsync(ShopJson.Default.VerifyRequest);
        var found = await database.QueryAsync(SelectSession, io => sessionsById.SeekAsync(verify.Session, io, newest: 1));
        if (found is not [{ Row.Customer: var customer }])
            throw new ProblemException(StatusCodes.Status401Unauthorized, "Please log in.");
        await AnswerAsync(http, customer);
    }

    private static Task AnswerAsync(HttpContext http, Customer customer)
    {
        Baggage.Mark(Baggage.User, customer.Id);
        Activity.Current?.SetTag("customer.segment", customer.Segment);
        return http.WriteJsonAsync(customer, ShopJson.Default.Customer);
    }
}
