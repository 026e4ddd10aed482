namespace Shop.Payment;

/// <summary>The customer's bank said no.</summary>
internal sealed class CardDeclinedException(string code, string message) : Exception($"{message} ({code})")
{
    public string Code => code;
}
