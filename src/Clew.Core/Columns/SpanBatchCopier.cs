using System.Runtime.CompilerServices;

namespace Clew.Core.Columns;

/// <summary>
/// Copies spans from one batch into another, translating string ids once per distinct string and sharing equal resources and scopes.
/// </summary>
/// <remarks>
/// Bound to its destination; <see cref="Begin"/> names the source. The maps are reused, so steady copying allocates nothing.
/// Bounded by the two batches. Not thread-safe. After the destination was cleared, call <see cref="Forget"/>.
/// </remarks>
/// <param name="destination">Where spans go.</param>
/// <param name="uses">Told of every string that is used, once or more for each source; null where nobody asks. Not told of strings
/// that keep their ids (<see cref="BeginShared"/>).</param>
public sealed class SpanBatchCopier(SpanBatch destination, IStringUses? uses = null)
{
    private static readonly SpanBatch Nothing = new();

    private readonly Dictionary<int, List<int>> resourcesByHash = [];
    private readonly Dictionary<int, List<int>> scopesByHash = [];
    private SpanBatch source = Nothing;
    private int[] strings = []; // source id -> destination id + 1
    private int[] resources = []; // source row -> destination row + 1
    private int[] scopes = [];
    private bool sameStrings;

    /// <summary>Where spans go.</summary>
    public SpanBatch Destination => destination;

    /// <summary>Names the batch that the next rows come from. What is copied of it must not change until the last row is.</summary>
    public void Begin(SpanBatch from)
    {
        source = from;
        sameStrings = false;
        Prepare(ref strings, from.Strings.Count);
        Prepare(ref resources, from.Resources.Count);
        Prepare(ref scopes, from.Scopes.Count);
    }

    /// <summary>As <see cref="Begin"/>, and translates all strings at once: cheaper where most of them will be needed.</summary>
    public void BeginWhole(SpanBatch from)
    {
        Begin(from);
        destination.Strings.InternAll(from.Strings, strings);
        uses?.UseAll(strings.AsSpan(0, from.Strings.Count));
    }

    /// <summary>As <see cref="Begin"/>, for a source whose dictionary the destination shares: strings keep their ids.</summary>
    public void BeginShared(SpanBatch from)
    {
        source = from;
        sameStrings = true;
        Prepare(ref resources, from.Resources.Count);
        Prepare(ref scopes, from.Scopes.Count);
    }

    /// <summary>Forgets what is known of the destination's resources and scopes; needed after it was cleared.</summary>
    public void Forget()
    {
        resourcesByHash.Clear();
        scopesByHash.Clear();
    }

    /// <summary>Copies one span with its attributes, events and links. Returns the new row.</summary>
    public int Copy(int span)
    {
        var from = source.Spans;
        var to = destination.Spans;
        // Owned rows first: adding them may grow tables, never the span table.
        var attributes = CopyAttributes(from.Attributes[span]);
        var events = CopyEvents(from.Events[span]);
        var links = CopyLinks(from.Links[span]);
        int resource = Resource(from.Resources[span]);
        int scope = Scope(from.Scopes[span]);

        int row = to.AddRow();
        to.TraceIds[row] = from.TraceIds[span];
        to.SpanIds[row] = from.SpanIds[span];
        to.ParentSpanIds[row] = from.ParentSpanIds[span];
        to.TraceStates[row] = String(from.TraceStates[span]);
        to.Flags[row] = from.Flags[span];
        to.Names[row] = String(from.Names[span]);
        to.Kinds[row] = from.Kinds[span];
        to.StartTimes[row] = from.StartTimes[span];
        to.EndTimes[row] = from.EndTimes[span];
        to.StatusCodes[row] = from.StatusCodes[span];
        to.StatusMessages[row] = String(from.StatusMessages[span]);
        to.Attributes[row] = attributes;
        to.DroppedAttributesCounts[row] = from.DroppedAttributesCounts[span];
        to.Events[row] = events;
        to.DroppedEventsCounts[row] = from.DroppedEventsCounts[span];
        to.Links[row] = links;
        to.DroppedLinksCounts[row] = from.DroppedLinksCounts[span];
        to.Resources[row] = resource;
        to.Scopes[row] = scope;
        if (from.HasThresholds)
        {
            to.SetThreshold(row, from.Threshold(span));
        }
        return row;
    }

    /// <summary>The destination's id for a string of the source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int String(int id)
    {
        if (id == 0 || sameStrings)
        {
            return id;
        }
        int known = strings[id];
        return known != 0 ? known - 1 : Translate(id);
    }

    private int Translate(int id)
    {
        int translated = destination.Strings.Intern(source.Strings, id);
        strings[id] = translated + 1;
        uses?.Use(translated);
        return translated;
    }

    private RowRange CopyAttributes(RowRange rows)
    {
        var from = source.Attributes;
        var to = destination.Attributes;
        int start = to.AddRows(rows.Count);
        for (int i = 0; i < rows.Count; i++)
        {
            var type = from.Types[rows.Start + i];
            long value = from.Values[rows.Start + i];
            to.Keys[start + i] = String(from.Keys[rows.Start + i]);
            to.Types[start + i] = type;
            to.Values[start + i] = AttributeTable.IsStringId(type) ? String((int)value) : value;
        }
        return new RowRange(start, rows.Count);
    }

    private RowRange CopyEvents(RowRange rows)
    {
        var from = source.Events;
        var to = destination.Events;
        int start = to.Count;
        for (int i = rows.Start; i < rows.End; i++)
        {
            var attributes = CopyAttributes(from.Attributes[i]);
            int row = to.AddRow();
            to.Times[row] = from.Times[i];
            to.Names[row] = String(from.Names[i]);
            to.Attributes[row] = attributes;
            to.DroppedAttributesCounts[row] = from.DroppedAttributesCounts[i];
        }
        return new RowRange(start, rows.Count);
    }

    private RowRange CopyLinks(RowRange rows)
    {
        var from = source.Links;
        var to = destination.Links;
        int start = to.Count;
        for (int i = rows.Start; i < rows.End; i++)
        {
            var attributes = CopyAttributes(from.Attributes[i]);
            int row = to.AddRow();
            to.TraceIds[row] = from.TraceIds[i];
            to.SpanIds[row] = from.SpanIds[i];
            to.TraceStates[row] = String(from.TraceStates[i]);
            to.Flags[row] = from.Flags[i];
            to.Attributes[row] = attributes;
            to.DroppedAttributesCounts[row] = from.DroppedAttributesCounts[i];
        }
        return new RowRange(start, rows.Count);
    }

    /// <summary>The destination's row for a resource of the source.</summary>
    public int Resource(int row)
    {
        int known = resources[row];
        if (known == 0)
        {
            known = FindOrAddResource(row) + 1;
            resources[row] = known;
        }
        return known - 1;
    }

    private int FindOrAddResource(int row)
    {
        var candidates = Candidates(resourcesByHash, AttributesHash(source.Resources.Attributes[row]));
        foreach (int candidate in candidates)
        {
            if (SpanContent.SameResource(source, row, destination, candidate))
            {
                return candidate;
            }
        }
        int added = destination.AddResource(
            CopyAttributes(source.Resources.Attributes[row]),
            source.Resources.DroppedAttributesCounts[row],
            String(source.Resources.SchemaUrls[row]));
        candidates.Add(added);
        return added;
    }

    /// <summary>The destination's row for a scope of the source.</summary>
    public int Scope(int row)
    {
        int known = scopes[row];
        if (known == 0)
        {
            known = FindOrAddScope(row) + 1;
            scopes[row] = known;
        }
        return known - 1;
    }

    private int FindOrAddScope(int row)
    {
        int hash = HashCode.Combine(String(source.Scopes.Names[row]), String(source.Scopes.Versions[row]), AttributesHash(source.Scopes.Attributes[row]));
        var candidates = Candidates(scopesByHash, hash);
        foreach (int candidate in candidates)
        {
            if (SpanContent.SameScope(source, row, destination, candidate))
            {
                return candidate;
            }
        }
        int added = destination.AddScope(
            String(source.Scopes.Names[row]),
            String(source.Scopes.Versions[row]),
            CopyAttributes(source.Scopes.Attributes[row]),
            source.Scopes.DroppedAttributesCounts[row],
            String(source.Scopes.SchemaUrls[row]));
        candidates.Add(added);
        return added;
    }

    private int AttributesHash(RowRange rows)
    {
        var hash = new HashCode();
        for (int i = rows.Start; i < rows.End; i++)
        {
            var type = source.Attributes.Types[i];
            long value = source.Attributes.Values[i];
            hash.Add(String(source.Attributes.Keys[i]));
            hash.Add(AttributeTable.IsStringId(type) ? String((int)value) : value);
        }
        return hash.ToHashCode();
    }

    private static List<int> Candidates(Dictionary<int, List<int>> byHash, int hash)
    {
        if (!byHash.TryGetValue(hash, out var list))
        {
            list = [];
            byHash.Add(hash, list);
        }
        return list;
    }

    private static void Prepare(ref int[] map, int count)
    {
        if (map.Length < count)
        {
            map = new int[Math.Max(count, map.Length * 2)];
        }
        else
        {
            Array.Clear(map, 0, count);
        }
    }
}
