namespace Clew.Server.Api.Http;

/// <summary>One parameter of an endpoint: what a request may hold, and what the API document says of it.</summary>
internal sealed record ApiParameter(string Name, string Description)
{
    /// <summary>Part of the path, not of the query.</summary>
    public bool InPath { get; init; }

    public bool Required { get; init; }

    public bool Repeatable { get; init; }

    public bool IsInteger { get; init; }

    /// <summary>The only values there are; empty for any.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    public static ApiParameter Path(string name, string description) => new(name, description) { InPath = true, Required = true };
}
