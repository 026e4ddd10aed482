using System.Text.Json;
using Clew.Core.Columns;
using Clew.Ingest.Otlp.Receiving;

namespace Clew.Ingest.Otlp.Json;

/// <summary>The walk over one JSON payload: from the request down to the spans. Throws <see cref="JsonException"/> where it is malformed.</summary>
/// <remarks>
/// A resource or scope may stand after its spans: they are given the row that it will get, which is the next one, as resources and scopes
/// do not lie within one another. The document is known to be UTF-8.
/// </remarks>
internal ref partial struct JsonTraceWalk(
    ReadOnlySpan<byte> document, int offset, SpanBatch batch, NestedScratch scratch, OtlpOptions options, RowBudget? budget)
{
    private readonly ReadOnlySpan<byte> document = document;
    private RowMeter meter = new(batch, budget);

    /// <summary>Spans left out.</summary>
    public SpanOutcome Outcome;

    /// <summary>Reads the document, which is one ExportTraceServiceRequest.</summary>
    public void Read(ref Utf8JsonReader json)
    {
        json.Read();
        json.Expect(JsonTokenType.StartObject);
        var mark = new Mark(this);
        while (json.NextField(out var field))
        {
            if (field != JsonField.ResourceSpans)
            {
                json.Skip();
                continue;
            }
            mark.TakeBack(ref this);
            json.Expect(JsonTokenType.StartArray);
            while (json.NextElement())
            {
                ReadResourceSpans(ref json);
            }
        }
        json.Read(); // Throws where something follows.
    }

    private void ReadResourceSpans(ref Utf8JsonReader json)
    {
        json.Expect(JsonTokenType.StartObject);
        var mark = new Mark(this);
        var rows = new AttributeRows(batch.Attributes.Count);
        int schemaUrl = 0;
        bool tooLong = false;
        while (json.NextField(out var field))
        {
            switch (field)
            {
                case JsonField.Resource:
                    ReadResource(ref json, out rows);
                    break;
                case JsonField.SchemaUrl:
                    schemaUrl = Text(json, ref tooLong);
                    break;
                case JsonField.ScopeSpans:
                    mark.TakeBack(ref this);
                    json.Expect(JsonTokenType.StartArray);
                    while (json.NextElement())
                    {
                        ReadScopeSpans(ref json);
                    }
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
        if (tooLong)
        {
            mark.Reject(ref this);
        }
        if (batch.Count > mark.Spans)
        {
            batch.AddResource(rows.Range, rows.TotalDropped, schemaUrl);
        }
    }

    private readonly void ReadResource(ref Utf8JsonReader json, out AttributeRows rows)
    {
        json.Expect(JsonTokenType.StartObject);
        rows = new AttributeRows(batch.Attributes.Count);
        while (json.NextField(out var field))
        {
            switch (field)
            {
                case JsonField.Attributes:
                    ReadAttributes(ref json, ref rows);
                    break;
                case JsonField.DroppedAttributesCount:
                    rows.Dropped = JsonText.UInt32(json);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
    }

    private void ReadScopeSpans(ref Utf8JsonReader json)
    {
        json.Expect(JsonTokenType.StartObject);
        var mark = new Mark(this);
        var scope = new ScopeState { Rows = new AttributeRows(batch.Attributes.Count) };
        int schemaUrl = 0;
        bool tooLong = false;
        while (json.NextField(out var field))
        {
            switch (field)
            {
                case JsonField.Scope:
                    ReadScope(ref json, out scope);
                    break;
                case JsonField.SchemaUrl:
                    schemaUrl = Text(json, ref tooLong);
                    break;
                case JsonField.Spans:
                    mark.TakeBack(ref this);
                    json.Expect(JsonTokenType.StartArray);
                    while (json.NextElement())
                    {
                        ReadSpan(ref json);
                    }
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
        if (tooLong || scope.TooLong)
        {
            mark.Reject(ref this);
        }
        if (batch.Count > mark.Spans)
        {
            batch.AddScope(scope.Name, scope.Version, scope.Rows.Range, scope.Rows.TotalDropped, schemaUrl);
        }
    }

    private readonly void ReadScope(ref Utf8JsonReader json, out ScopeState scope)
    {
        json.Expect(JsonTokenType.StartObject);
        scope = new ScopeState { Rows = new AttributeRows(batch.Attributes.Count) };
        while (json.NextField(out var field))
        {
            switch (field)
            {
                case JsonField.Name:
                    scope.Name = Text(json, ref scope.TooLong);
                    break;
                case JsonField.Version:
                    scope.Version = Text(json, ref scope.TooLong);
                    break;
                case JsonField.Attributes:
                    ReadAttributes(ref json, ref scope.Rows);
                    break;
                case JsonField.DroppedAttributesCount:
                    scope.Rows.Dropped = JsonText.UInt32(json);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
    }

    private struct ScopeState
    {
        public int Name;
        public int Version;
        public bool TooLong;
        public AttributeRows Rows;
    }

    /// <summary>How far the batch was filled. Attribute rows that lost their owner stay, as rows of another owner may follow them.</summary>
    private readonly struct Mark(JsonTraceWalk walk)
    {
        private readonly int events = walk.Batch.Events.Count;
        private readonly int links = walk.Batch.Links.Count;
        private readonly int resources = walk.Batch.Resources.Count;
        private readonly int scopes = walk.Batch.Scopes.Count;
        private readonly SpanOutcome outcome = walk.Outcome;

        public int Spans { get; } = walk.Batch.Spans.Count;

        /// <summary>Forgets what was read since, as another value of the same field replaces it.</summary>
        public void TakeBack(ref JsonTraceWalk walk)
        {
            Truncate(walk.Batch);
            walk.Outcome = outcome;
        }

        /// <summary>Rejects the spans that were read since.</summary>
        public void Reject(ref JsonTraceWalk walk)
        {
            for (int i = walk.Batch.Count; i > Spans; i--)
            {
                walk.Outcome.Reject(OtlpErrors.TextTooLong);
            }
            Truncate(walk.Batch);
        }

        private void Truncate(SpanBatch batch)
        {
            batch.Spans.Truncate(Spans);
            batch.Events.Truncate(events);
            batch.Links.Truncate(links);
            batch.Resources.Truncate(resources);
            batch.Scopes.Truncate(scopes);
        }
    }

    private readonly SpanBatch Batch => batch;

    private void Meter(int rows)
    {
        if (!meter.TryAdd(rows))
        {
            throw JsonText.Malformed(OtlpErrors.TooManyRows);
        }
    }
}
