using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Shop.Database;
using Shop.Hosting;
using Shop.Model;

namespace Shop.Fraud;

/// <summary>How likely an order is not what it seems. Keeps the newest 20,000 assessments.</summary>
internal sealed class FraudService : IShopService
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private static readonly Statement SelectRecent = new(
        "SELECT",
        "assessments",
        "SELECT order_id, value, score FROM assessments WHERE customer_id = ? ORDER BY number DESC LIMIT 20");
    private static readonly Statement InsertAssessment = new(
        "INSERT", "assessments", "INSERT INTO assessments (order_id, customer_id, value, score) VALUES (?, ?, ?, ?)");

    private readonly ServiceContext context;
    private readonly ShopDatabase database;
    private readonly Table<Row> assessments = new(20_000);
    private readonly TableIndex<Row, string> byCustomer;

    private sealed record Row(string Order, string Customer, decimal Value, double Score);

    public FraudService(ServiceContext context)
    {
        this.context = context;
        database = context.OpenDatabase(roundTrip: 12);
        byCustomer = assessments.AddIndex(row => row.Customer);
    }

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/assessments", async http =>
    {
        var request = await http.ReadJsonAsync(ShopJson.Default.AssessmentRequest);
        var recent = await database.QueryAsync(SelectRecent, io => byCustomer.SeekAsync(request.Customer, io, newest: 20));
        double score = await ScoreAsync(request, [.. recent.Select(row => row.Row.Value)]);
        await database.ExecuteAsync(
            InsertAssessment,
            () => assessments.Insert(new Row(request.Order, request.Customer, request.Value.Amount, score)));
        Activity.Current?.SetTag("fraud.score", score);
        await http.WriteJsonAsync(new Assessment(score, score < 0.98), ShopJson.Default.Assessment);
    });

    private async Task<double> ScoreAsync(AssessmentRequest request, decimal[] recent)
    {
        using var activity = context.Activities.StartActivity("score order");
        activity?.SetTag("order.value", (double)request.Value.Amount);
        activity?.SetTag("order.currency", request.Value.Currency);
        activity?.SetTag("fraud.recent_orders", recent.Length);
        try
        {
            if (context.Switches["fraud"] == "errors" && Random.Shared.NextDouble() < 0.3)
            {
                await Task.Delay(Patience, context.Time);
                throw new TimeoutException($"The feature store did not answer within {Patience.TotalMilliseconds} ms.");
            }

            double score = Score(request.Value.Amount, recent);
            activity?.SetTag("fraud.score", score);
            return score;
        }
        catch (TimeoutException e)
        {
            activity?.AddException(e);
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            throw;
        }
    }

    /// <summary>From 0 to 1: how far a value lies from what the customer has paid before, and how often they pay.</summary>
    internal static double Score(decimal value, decimal[] recent)
    {
        double usual = recent.Length == 0 ? 100 : (double)recent.Average();
        double distance = Math.Abs(Math.Log(Math.Max((double)value, 0.01) / Math.Max(usual, 0.01)));
        return Math.Round(1 - Math.Exp(-(distance * 0.4) - (recent.Length * 0.01)), 3);
    }
}
