namespace Shop.Supervision;

/// <summary>The shop cannot do what was asked; the message is a whole sentence for the person who asked.</summary>
internal sealed class ShopException(string message) : Exception(message);
