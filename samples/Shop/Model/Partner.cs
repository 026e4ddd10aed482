namespace Shop.Model;

// What the partners' own interfaces look like.

internal sealed record ExchangeRate(string Currency, decimal Rate);

internal sealed record TaxRate(string Country, decimal Rate);

internal sealed record Offer(string Segment, decimal Discount);

internal sealed record CardCharge(string Reference, decimal Amount, string Currency, string Card);

internal sealed record CardAnswer(bool Approved, string Code, string Message);

internal sealed record LabelRequest(string Reference, string Country);

internal sealed record Label(string Tracking);
