using System.Buffers;
using System.Text;
using Clew.Core.Encodings;
using Clew.Core.Model;

namespace Clew.Core.Series;

/// <summary>Names one series: its kind and the values of its labels, in the order of <see cref="SeriesLabels"/>. Immutable.</summary>
/// <remarks>Bytes: kind, number of labels, then for each its length and its UTF-8, all numbers as varints.</remarks>
public sealed class SeriesKey : IEquatable<SeriesKey>
{
    private readonly string[] labels;
    private readonly int hash;

    /// <summary>Names a series; the labels are copied.</summary>
    /// <exception cref="ArgumentException">A series of that kind has another number of labels.</exception>
    public SeriesKey(SeriesKind kind, params ReadOnlySpan<string> labels)
    {
        if (labels.Length != SeriesLabels.NamesOf(kind).Count)
        {
            throw new ArgumentException($"A series of kind {kind} has {SeriesLabels.NamesOf(kind).Count} labels.", nameof(labels));
        }
        Kind = kind;
        this.labels = labels.ToArray();
        var code = new HashCode();
        code.Add(kind);
        foreach (string label in labels)
        {
            code.Add(label, StringComparer.Ordinal);
        }
        hash = code.ToHashCode();
    }

    public SeriesKind Kind { get; }

    /// <summary>Values, in the order of <see cref="SeriesLabels.NamesOf"/>.</summary>
    public ReadOnlySpan<string> Labels => labels;

    /// <summary>The series of a service's operation.</summary>
    public static SeriesKey Red(string service, string operation, SpanKind kind, StatusCode status) =>
        new(SeriesKind.Red, service, operation, SeriesLabels.Of(kind), SeriesLabels.Of(status));

    /// <summary>The series of an edge of the service map.</summary>
    public static SeriesKey Edge(string client, string server, ConnectionType connection, EdgeView view) =>
        new(SeriesKind.Edge, client, server, SeriesLabels.Of(connection), SeriesLabels.Of(view));

    /// <summary>Appends the key's bytes.</summary>
    public void Write(IBufferWriter<byte> to)
    {
        Varint.Write(to, (ulong)Kind);
        Varint.Write(to, (ulong)labels.Length);
        foreach (string label in labels)
        {
            int length = Encoding.UTF8.GetByteCount(label);
            Varint.Write(to, (ulong)length);
            to.Advance(Encoding.UTF8.GetBytes(label, to.GetSpan(length)));
        }
    }

    /// <summary>Reads a key and moves the span past it.</summary>
    /// <exception cref="InvalidDataException">The bytes are not those of a key, or of a kind that is not known.</exception>
    public static SeriesKey Read(ref ReadOnlySpan<byte> from)
    {
        var kind = (SeriesKind)Varint.ReadInt(ref from, byte.MaxValue);
        if (kind is not (SeriesKind.Red or SeriesKind.Edge) || Varint.ReadInt(ref from) != SeriesLabels.NamesOf(kind).Count)
        {
            throw new InvalidDataException("The bytes are not those of a series' key.");
        }
        string[] labels = new string[SeriesLabels.NamesOf(kind).Count];
        for (int i = 0; i < labels.Length; i++)
        {
            int length = Varint.ReadInt(ref from, from.Length);
            if (length > from.Length)
            {
                throw new InvalidDataException("A label of a series' key is cut short.");
            }
            labels[i] = Encoding.UTF8.GetString(from[..length]);
            from = from[length..];
        }
        return new SeriesKey(kind, labels);
    }

    public bool Equals(SeriesKey? other) =>
        ReferenceEquals(this, other)
        || (other is not null && hash == other.hash && Kind == other.Kind && labels.AsSpan().SequenceEqual(other.labels));

    public override bool Equals(object? obj) => Equals(obj as SeriesKey);

    public override int GetHashCode() => hash;

    /// <summary>For people: kind and labels.</summary>
    public override string ToString() => $"{Kind}({string.Join(", ", labels)})";
}
