using Clew.Core.Columns;
using Clew.Ingest.Otlp.Receiving;

namespace Clew.Ingest.Otlp.Protobuf;

/// <summary>The walk over one payload: from the request down to the spans.</summary>
/// <remarks>
/// 1. A message is walked twice where it has children of its own: first its fields and attributes, so that an owner's attribute rows are
///    consecutive wherever the fields stand and merged messages are complete, then its children.
/// 2. A resource or scope gets its row before the children, and loses it again if no span came of them.
/// 3. A rejected span is still walked to its end, so that a malformed payload is never half accepted; then its rows are taken back.
/// </remarks>
/// <param name="data">The array that the payload lies in; positions are offsets in it.</param>
/// <param name="batch">Cleared, with that array as its source.</param>
/// <param name="scratch">For arrays and maps.</param>
/// <param name="options">The bounds.</param>
/// <param name="known"><see cref="KnownAttribute.Most"/> empty ones.</param>
/// <param name="places">A power of two of zeros: where in <paramref name="known"/> a key may be, by the lowest bits of its id.</param>
/// <param name="budget">What the columns may take, or null.</param>
internal ref partial struct TraceWalk(
    ReadOnlySpan<byte> data, SpanBatch batch, NestedScratch scratch, OtlpOptions options, Span<KnownAttribute> known,
    Span<byte> places, RowBudget? budget)
{
    private readonly ReadOnlySpan<byte> data = data;
    private readonly Span<KnownAttribute> known = known;
    private readonly Span<byte> places = places;
    private TextInterner text = new(batch.Strings);
    private RowMeter meter = new(batch, budget);

    /// <summary>The place in <see cref="known"/> for the next key.</summary>
    private int nextPlace = 1;

    /// <summary>Why every span under the resource and scope at hand is rejected, or null.</summary>
    private string? groupReason;

    /// <summary>Spans left out.</summary>
    public SpanOutcome Outcome;

    /// <summary>Reads an ExportTraceServiceRequest at [start, end). Null, or why it is malformed.</summary>
    public string? Read(int start, int end)
    {
        var cursor = new WireCursor(data, start, end);
        while (cursor.Next())
        {
            if (cursor.Tag == ((1 << 3) | 2) && ReadResourceSpans(cursor.Start, cursor.Start + cursor.Length) is { } error)
            {
                return error;
            }
        }
        return cursor.Failed ? OtlpErrors.MalformedProtobuf : null;
    }

    private string? ReadResourceSpans(int start, int end)
    {
        var rows = new AttributeRows(batch.Attributes.Count);
        int schemaUrl = 0;
        int children = -1;
        string? error;
        groupReason = null;

        var cursor = new WireCursor(data, start, end); // 1
        for (int field = start; cursor.Next(); field = cursor.Position)
        {
            switch (cursor.Tag)
            {
                case (1 << 3) | 2:
                    if ((error = ReadResource(cursor.Start, cursor.Start + cursor.Length, ref rows)) is not null)
                    {
                        return error;
                    }
                    break;
                case (2 << 3) | 2:
                    children = children < 0 ? field : children;
                    break;
                case (3 << 3) | 2:
                    if (!TryGroupText(cursor, ref schemaUrl))
                    {
                        return OtlpErrors.InvalidUtf8;
                    }
                    break;
            }
        }
        if (cursor.Failed)
        {
            return OtlpErrors.MalformedProtobuf;
        }

        int spansBefore = batch.Count;
        int resource = batch.AddResource(rows.Range, rows.TotalDropped, schemaUrl); // 2
        string? reason = groupReason;
        cursor = new WireCursor(data, children < 0 ? end : children, end);
        while (cursor.Next())
        {
            groupReason = reason;
            if (cursor.Tag == ((2 << 3) | 2)
                && (error = ReadScopeSpans(cursor.Start, cursor.Start + cursor.Length, resource)) is not null)
            {
                return error;
            }
        }
        if (batch.Count == spansBefore)
        {
            batch.Resources.Truncate(resource);
            batch.Attributes.Truncate(rows.Start);
        }
        return null;
    }

    private string? ReadResource(int start, int end, ref AttributeRows rows)
    {
        var cursor = new WireCursor(data, start, end);
        while (cursor.Next())
        {
            switch (cursor.Tag)
            {
                case (1 << 3) | 2:
                    if (ReadAttribute(cursor.Start, cursor.Start + cursor.Length, ref rows) is { } error)
                    {
                        return error;
                    }
                    break;
                case 2 << 3:
                    rows.Dropped = (uint)cursor.Value;
                    break;
            }
        }
        return cursor.Failed ? OtlpErrors.MalformedProtobuf : null;
    }

    private string? ReadScopeSpans(int start, int end, int resource)
    {
        var scope = new ScopeState { Rows = new AttributeRows(batch.Attributes.Count) };
        int children = -1;
        string? error;

        var cursor = new WireCursor(data, start, end); // 1
        for (int field = start; cursor.Next(); field = cursor.Position)
        {
            switch (cursor.Tag)
            {
                case (1 << 3) | 2:
                    if ((error = ReadScope(cursor.Start, cursor.Start + cursor.Length, ref scope)) is not null)
                    {
                        return error;
                    }
                    break;
                case (2 << 3) | 2:
                    children = children < 0 ? field : children;
                    break;
                case (3 << 3) | 2:
                    if (!TryGroupText(cursor, ref scope.SchemaUrl))
                    {
                        return OtlpErrors.InvalidUtf8;
                    }
                    break;
            }
        }
        if (cursor.Failed)
        {
            return OtlpErrors.MalformedProtobuf;
        }

        int spansBefore = batch.Count;
        int row = batch.AddScope(scope.Name, scope.Version, scope.Rows.Range, scope.Rows.TotalDropped, scope.SchemaUrl); // 2
        cursor = new WireCursor(data, children < 0 ? end : children, end);
        while (cursor.Next())
        {
            if (cursor.Tag == ((2 << 3) | 2)
                && (error = ReadSpan(cursor.Start, cursor.Start + cursor.Length, resource, row)) is not null)
            {
                return error;
            }
        }
        if (batch.Count == spansBefore)
        {
            batch.Scopes.Truncate(row);
            batch.Attributes.Truncate(scope.Rows.Start);
        }
        return null;
    }

    private string? ReadScope(int start, int end, ref ScopeState scope)
    {
        var cursor = new WireCursor(data, start, end);
        while (cursor.Next())
        {
            switch (cursor.Tag)
            {
                case (1 << 3) | 2:
                    if (!TryGroupText(cursor, ref scope.Name))
                    {
                        return OtlpErrors.InvalidUtf8;
                    }
                    break;
                case (2 << 3) | 2:
                    if (!TryGroupText(cursor, ref scope.Version))
                    {
                        return OtlpErrors.InvalidUtf8;
                    }
                    break;
                case (3 << 3) | 2:
                    if (ReadAttribute(cursor.Start, cursor.Start + cursor.Length, ref scope.Rows) is { } error)
                    {
                        return error;
                    }
                    break;
                case 4 << 3:
                    scope.Rows.Dropped = (uint)cursor.Value;
                    break;
            }
        }
        return cursor.Failed ? OtlpErrors.MalformedProtobuf : null;
    }

    private bool TryGroupText(in WireCursor cursor, ref int id)
    {
        if (cursor.Length > options.MaxValueBytes)
        {
            groupReason = OtlpErrors.TextTooLong;
        }
        return text.TryText(cursor.Start, cursor.Length, out id);
    }

    private struct ScopeState
    {
        public int Name;
        public int Version;
        public int SchemaUrl;
        public AttributeRows Rows;
    }
}
