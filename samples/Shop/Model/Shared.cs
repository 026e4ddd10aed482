namespace Shop.Model;

// What several services say to each other; one line each, JSON on the wire.

internal sealed record Problem(string Title);

internal sealed record Done(bool Ok = true);

internal sealed record LineItem(string Sku, int Quantity);

internal sealed record Money(decimal Amount, string Currency);

internal sealed record LoginRequest(string Session, string Customer);

internal sealed record VerifyRequest(string Session);

internal sealed record Customer(string Id, string Segment, string Country, string Currency);

internal sealed record Product(string Sku, string Name, string Category, decimal Price);

internal sealed record ProductList(Product[] Products);

internal sealed record SkuList(string[] Skus);

internal sealed record CartView(string Session, LineItem[] Items);

internal sealed record AddItems(LineItem[] Items);

internal sealed record PricedLine(string Sku, int Quantity, decimal Price);

internal sealed record QuoteRequest(PricedLine[] Lines, string Currency, string Country, string Segment);

internal sealed record Quote(decimal Net, decimal Discount, decimal Tax, decimal Total, string Currency);

internal sealed record ReservationRequest(string Order, LineItem[] Items);

internal sealed record Reservation(string Id, int Lines);

internal sealed record AssessmentRequest(string Order, string Customer, string Country, Money Value);

internal sealed record Assessment(double Score, bool Accepted);

internal sealed record AuthorizationRequest(string Order, Money Amount, string Card);

internal sealed record Authorization(string Id);

internal sealed record CheckoutRequest(string Session, Customer Customer, string Card);

internal sealed record Receipt(string Order, Money Total, int Lines, string Tier);

internal sealed record PlaceOrderRequest(string Order, string Session, string Customer, string Country, LineItem[] Items, Money Total, string Authorization);

internal sealed record PlacedOrder(string Order, string State, string Tier);

internal sealed record DeliveryOption(string Name, decimal Price, int Days);

internal sealed record DeliveryOptions(DeliveryOption[] Options);

internal sealed record CardPayment(string Card);

internal sealed record CartPage(ProductList Catalog, CartView Cart, decimal Subtotal);

internal sealed record CheckoutPage(CartView Cart, DeliveryOption[] Delivery);
