namespace Shop.Database;

/// <summary>A statement as the service wrote it.</summary>
internal sealed record Statement(string Operation, string Collection, string Text)
{
    public string Summary { get; } = $"{Operation} {Collection}";
}
