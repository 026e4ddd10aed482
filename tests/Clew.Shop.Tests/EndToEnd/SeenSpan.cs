namespace Clew.Shop.Tests.EndToEnd;

/// <summary>A span as it came over the wire; ids in hexadecimal, values as text.</summary>
public sealed class SeenSpan
{
    public const int Server = 2;
    public const int Client = 3;
    public const int Producer = 4;
    public const int Consumer = 5;
    public const int StatusError = 2;

    public Dictionary<string, string> Resource { get; init; } = [];

    public Dictionary<string, string> Attributes { get; } = [];

    public string Service => Resource["service.name"];

    public string Name { get; set; } = "";

    public string Trace { get; set; } = "";

    public string Id { get; set; } = "";

    public string Parent { get; set; } = "";

    public int Kind { get; set; }

    public int Status { get; set; }

    public ulong Start { get; set; }

    public ulong End { get; set; }

    public TimeSpan Duration => TimeSpan.FromMicroseconds((End - Start) / 1000.0);

    public List<(string Trace, string Id)> Links { get; } = [];

    public List<string> Events { get; } = [];

    /// <summary>Every text that the span shows to whoever reads it.</summary>
    public List<string> Texts { get; } = [];
}
