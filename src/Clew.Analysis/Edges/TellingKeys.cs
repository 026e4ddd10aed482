using System.Runtime.CompilerServices;

namespace Clew.Analysis.Edges;

/// <summary>Which attributes of spans with the same keys and types tell something: their places among the span's attributes.</summary>
internal struct TellingKeys
{
    private const int FactBits = 5;

    private Places places;

    /// <summary>True once it was worked out.</summary>
    public bool IsKnown { get; init; }

    /// <summary>False where they are too many to tell spans by: nothing else means anything then.</summary>
    public bool IsFew { get; set; }

    /// <summary>How many.</summary>
    public int Count { get; private set; }

    /// <summary>What they tell, in their order, as one number.</summary>
    public ulong Facts { get; private set; }

    public readonly int this[int index] => places[index];

    public void Add(int place, Fact fact)
    {
        if (Count == KnownTellings.MostValues)
        {
            IsFew = false;
            return;
        }
        places[Count++] = place;
        Facts = (Facts << FactBits) | (byte)fact;
    }

    [InlineArray(KnownTellings.MostValues)]
    private struct Places
    {
        private int place;
    }
}
