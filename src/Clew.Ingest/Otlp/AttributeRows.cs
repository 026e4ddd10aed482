using Clew.Core.Columns;

namespace Clew.Ingest.Otlp;

/// <summary>The attributes of one owner while they are read: consecutive rows, and how many were left out.</summary>
internal struct AttributeRows(int start)
{
    public readonly int Start = start;

    /// <summary>Rows added.</summary>
    public int Count;

    /// <summary>Which of the keys that a reader remembers was read last; 0: none.</summary>
    public int Last;

    /// <summary>Attributes left out here for a bound.</summary>
    public uint LeftOut;

    /// <summary>What the sender had left out itself.</summary>
    public uint Dropped;

    public readonly RowRange Range => new(Start, Count);

    /// <summary>What the sender and the bounds left out, together.</summary>
    public readonly uint TotalDropped => Saturating.Add(Dropped, LeftOut);
}
