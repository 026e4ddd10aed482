using Clew.Core.Model;

namespace Clew.Ingest.Otlp.Protobuf;

/// <summary>
/// An attribute key of the payload, the bytes and the meaning of the attribute that had it last, and which keys came behind it last.
/// </summary>
/// <remarks>
/// Senders write the same attributes in the same order, span after span, and half of them with the same value: a comparison of the bytes
/// with those of last time then tells key, type and value, and costs less than to read and look them up. The first one of a set stands for
/// the beginning of an owner.
/// </remarks>
internal struct KnownAttribute
{
    /// <summary>Keys that are remembered; past that the oldest one is forgotten.</summary>
    public const int Most = 64;

    /// <summary>Where the KeyValue message lies in the data.</summary>
    public int Start;

    /// <summary>Bytes of the whole message; 0 where it may not be taken for known.</summary>
    public int Length;

    /// <summary>Bytes of the message up to the end of the key, which has a length of one byte.</summary>
    public int KeyEnd;

    /// <summary>String id of the key.</summary>
    public int Key;

    /// <summary>As in the attribute table.</summary>
    public long Bits;

    /// <summary>As in the attribute table.</summary>
    public AttributeType Type;

    /// <summary>Which one came behind this one last; 0: none yet.</summary>
    public int Next;

    /// <summary>Which other one did before.</summary>
    public int OtherNext;
}
