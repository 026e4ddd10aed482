using System.Runtime.InteropServices;
using Clew.Core.Encodings;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Searching;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Index;

/// <summary>
/// Finds which names and services of a segment's spans go with which values of an attribute, and how long such spans last at most: each of
/// them may be in every segment while no span has them all. One thread at a time.
/// </summary>
/// <remarks>
/// Bounds: at most <see cref="MostPairs"/> pairs; with more of them, more than <see cref="MostTexts"/> texts, or values on anything but
/// spans the filter says "maybe" to everything. Reads the attribute's columns and that of names from end to end.
/// </remarks>
internal sealed class PairBuilder
{
    private const int MostPairs = 1 << 14;
    private const int MostTexts = 1 << 12;

    private readonly Dictionary<ulong, int> pairs = []; // and the longest span's class
    private readonly Dictionary<(int Column, long Value), ulong> hashes = [];

    /// <summary>The filter of a field with <see cref="FilterField.IsPair"/>. Every failure to read is what a read would throw.</summary>
    public ValueFilter Build(SegmentReader reader, FilterField field)
    {
        pairs.Clear();
        hashes.Clear();
        foreach (var (_, owner) in AttributeScopes.InOrder)
        {
            if (owner != OwnerKind.Span && AttributeCursor.Open(reader, owner, field.Key) is not null)
            {
                return ValueFilter.Anything;
            }
        }
        if (AttributeCursor.Open(reader, OwnerKind.Span, field.Key) is not { } cursor)
        {
            return Filter(false, false);
        }
        foreach (var column in cursor.Columns)
        {
            if (column.Dictionary >= 0 && reader.Directory.Dictionaries[column.Dictionary].Count > MostTexts)
            {
                return ValueFilter.Anything;
            }
        }
        using var group = RowGroup.OfSpans(reader);
        bool byName = field.Field == SpanField.Name;
        bool byService = !byName || field.WithService;
        var name = reader.Directory.Get(ColumnRole.Name, OwnerKind.Span);
        var resource = reader.Directory.Get(ColumnRole.Resource, OwnerKind.Span);
        var visitor = new Collector(this, reader, cursor, byName ? Names(reader) : null, byService ? Services(reader) : null);
        for (int i = 0; i < group.Count; i++)
        {
            group.MoveTo(i);
            visitor.Names = byName ? group.Array(name) : [];
            group.Numbers(SpanField.Duration).CopyTo(visitor.Durations);
            visitor.Resources = byService ? group.Array(resource) : [];
            cursor.Walk(group, ref visitor);
            if (pairs.Count > MostPairs || hashes.Count > MostPairs)
            {
                return ValueFilter.Anything;
            }
        }
        return Filter(visitor.HasIntegers, visitor.HasOthers);
    }

    private static ulong[] Names(SegmentReader reader)
    {
        int dictionary = reader.Directory.Get(ColumnRole.Name, OwnerKind.Span).Dictionary;
        var result = new ulong[reader.Directory.Dictionaries[dictionary].Count];
        for (int id = 0; id < result.Length; id++)
        {
            result[id] = StableHash.Of(reader.Text(dictionary, id));
        }
        return result;
    }

    private static ulong[] Services(SegmentReader reader)
    {
        var names = reader.Services;
        return [.. names.OfResource.Select(service => StableHash.Of(names.Names[service]))];
    }

    private ValueFilter Filter(bool hasIntegers, bool hasOthers)
    {
        var listed = new List<ulong>(pairs.Count * 16);
        foreach (var (pair, longest) in pairs)
        {
            listed.Add(pair);
            for (int length = 1; length <= longest; length++)
            {
                listed.Add(DurationClass.With(pair, length));
            }
        }
        return new ValueFilter(new HashFilter(CollectionsMarshal.AsSpan(listed), FilterBuilder.BitsPerValue), hasIntegers, hasOthers);
    }

    /// <param name="builder">Where pairs go.</param>
    /// <param name="reader">The segment.</param>
    /// <param name="cursor">Of the attribute.</param>
    /// <param name="names">Hashes of names by number; null: names do not matter.</param>
    /// <param name="services">Hashes of services by resource; null: services do not matter.</param>
    private struct Collector(PairBuilder builder, SegmentReader reader, AttributeCursor cursor, ulong[]? names, ulong[]? services) : IAttributeVisitor
    {
        /// <summary>Of the group's spans.</summary>
        public long[] Durations { get; } = new long[reader.Directory.GroupRows];

        /// <summary>Of the group's spans.</summary>
        public long[] Names { get; set; } = [];

        /// <summary>Of the group's spans.</summary>
        public long[] Resources { get; set; } = [];

        public bool HasIntegers { get; private set; }

        public bool HasOthers { get; private set; }

        public void Visit(int owner, int column, AttributeType type, long value)
        {
            if (type is not (AttributeType.String or AttributeType.Int))
            {
                HasOthers |= type is AttributeType.Double or AttributeType.Bool;
                return;
            }
            HasIntegers |= type == AttributeType.Int;
            // A column has one type, but for the catch-all: its texts and integers share a place below zero.
            var key = (column < cursor.Columns.Count ? column : type == AttributeType.Int ? -1 : -2, value);
            if (!builder.hashes.TryGetValue(key, out ulong hash))
            {
                int dictionary = column < cursor.Columns.Count ? cursor.Columns[column].Dictionary : cursor.RareDictionary;
                hash = type == AttributeType.Int ? ValueOperand.HashOf(value) : StableHash.Of(reader.Text(dictionary, value));
                builder.hashes.Add(key, hash);
            }
            ulong with = names is null ? Of(services!, Resources[owner])
                : services is null ? Of(names, Names[owner])
                : ValueOperand.Pair(Of(services, Resources[owner]), Of(names, Names[owner]));
            ref int longest = ref CollectionsMarshal.GetValueRefOrAddDefault(builder.pairs, ValueOperand.Pair(with, hash), out _);
            longest = Math.Max(longest, DurationClass.Of(Durations[owner]));
        }

        private static ulong Of(ulong[] hashes, long number) => (ulong)number < (ulong)hashes.Length
            ? hashes[number]
            : throw new SegmentDamagedException($"Of {hashes.Length} names or services there is no number {number}.");
    }
}
