namespace Shop.Order;

/// <summary>A row of the table of orders. Orders from before the ids have none.</summary>
internal sealed record OrderRow(string? Id, string Customer, decimal Value, string State);
