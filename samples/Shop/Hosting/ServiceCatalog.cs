using Shop.Auth;
using Shop.Cart;
using Shop.Catalog;
using Shop.Checkout;
using Shop.Fraud;
using Shop.Inventory;
using Shop.Notification;
using Shop.Order;
using Shop.Payment;
using Shop.Pricing;
using Shop.Shipping;
using Shop.Storefront;

namespace Shop.Hosting;

/// <summary>The twelve services.</summary>
internal static class ServiceCatalog
{
    public static readonly ServiceDefinition[] All =
    [
        new("storefront", "4.12.1", context => new StorefrontService(context)),
        new("auth", "2.3.0", context => new AuthService(context)),
        new("catalog", "3.8.2", context => new CatalogService(context)),
        new("cart", "1.17.0", context => new CartService(context)),
        new("inventory", "2.9.4", context => new InventoryService(context)),
        new("pricing", "5.1.0", context => new PricingService(context)),
        new("checkout", "3.4.0", context => new CheckoutService(context)),
        new("payment", "2.21.3", context => new PaymentService(context)),
        new("fraud", "1.6.5", context => new FraudService(context)),
        new("order", "4.0.7", context => new OrderService(context)),
        new("shipping", "1.11.2", context => new ShippingService(context)),
        new("notification", "2.0.1", context => new NotificationService(context)),
    ];

    public static ServiceDefinition? Find(string name) => Array.Find(All, service => service.Name == name);
}
