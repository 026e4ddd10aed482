namespace Shop.Load;

/// <summary>How far a customer comes, in this order.</summary>
internal enum Stage
{
    Browse,
    Search,
    Cart,
    Checkout,
    Pay,
}
