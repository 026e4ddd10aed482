namespace Clew.Core.Series;

/// <summary>What a series counts. The numbers are stored on disk and never change.</summary>
public enum SeriesKind : byte
{
    /// <summary>Spans by service, operation, span kind and status.</summary>
    Red = 1,

    /// <summary>Calls and messages from one service, or what stands for one, to another.</summary>
    Edge = 2,
}
