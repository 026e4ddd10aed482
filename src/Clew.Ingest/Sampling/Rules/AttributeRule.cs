using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Ingest.Sampling.Policies;

namespace Clew.Ingest.Sampling.Rules;

/// <summary>An attribute of a span, its resource or its scope. What is said of a text is found out once a batch.</summary>
/// <remarks>Bounded by the texts of a batch. Expressions run in time linear in the text.</remarks>
internal sealed class AttributeRule : ConditionRule
{
    private readonly AttributePolicy policy;
    private readonly byte[] key;
    private readonly byte[][] values;
    private readonly Regex? pattern;
    private readonly Dictionary<int, bool> texts = [];
    private readonly Dictionary<int, bool> resources = [];
    private readonly Dictionary<int, bool> scopes = [];
    private SpanBatch batch = new();
    private int keyId = -1;

    public AttributeRule(AttributePolicy policy)
    {
        this.policy = policy;
        key = Encoding.UTF8.GetBytes(policy.Key);
        values = [.. policy.Values.Select(Encoding.UTF8.GetBytes)];
        pattern = policy.Pattern is { } text ? Compile(text) : null;
    }

    /// <summary>The expression at work.</summary>
    /// <exception cref="ArgumentException">It is malformed.</exception>
    /// <exception cref="NotSupportedException">It needs more than linear time.</exception>
    public static Regex Compile(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    protected override void Begin(TraceView traces)
    {
        batch = traces.Batch.Spans;
        keyId = batch.Strings.Find(key);
        texts.Clear();
        resources.Clear();
        scopes.Clear();
    }

    protected override bool Holds(TraceView traces, int trace)
    {
        if (keyId < 0)
        {
            return false;
        }
        var spans = batch.Spans;
        var range = traces.Spans(trace);
        for (int row = range.Start; row < range.End; row++)
        {
            if (((policy.Scope & AttributeScope.Span) != 0 && Any(spans.Attributes[row]))
                || ((policy.Scope & AttributeScope.Resource) != 0
                    && AnyOf(resources, spans.Resources[row], batch.Resources.Attributes))
                || ((policy.Scope & AttributeScope.Scope) != 0 && AnyOf(scopes, spans.Scopes[row], batch.Scopes.Attributes)))
            {
                return true;
            }
        }
        return false;
    }

    private bool AnyOf(Dictionary<int, bool> known, int row, RowRange[] attributes)
    {
        if (!known.TryGetValue(row, out bool holds))
        {
            holds = Any(attributes[row]);
            known.Add(row, holds);
        }
        return holds;
    }

    private bool Any(RowRange rows)
    {
        var keys = batch.Attributes.Keys.AsSpan(rows.Start, rows.Count);
        for (int i = 0; i < keys.Length; i++)
        {
            if (keys[i] == keyId && Passes(rows.Start + i))
            {
                return true;
            }
        }
        return false;
    }

    private bool Passes(int attribute)
    {
        if (policy.AnyValue)
        {
            return true;
        }
        var type = batch.Attributes.Types[attribute];
        long bits = batch.Attributes.Values[attribute];
        switch (type)
        {
            case AttributeType.String:
                int id = (int)bits;
                if (!texts.TryGetValue(id, out bool passes))
                {
                    passes = TextPasses(batch.Strings[id]);
                    texts.Add(id, passes);
                }
                return passes;
            case AttributeType.Bool:
                return IsWanted(bits != 0 ? "true"u8 : "false"u8);
            case AttributeType.Int:
                return InRange(bits) || (values.Length > 0 && IsWanted(Encoding.UTF8.GetBytes(bits.ToString(CultureInfo.InvariantCulture))));
            case AttributeType.Double:
                double number = BitConverter.Int64BitsToDouble(bits);
                return InRange(number)
                    || (values.Length > 0 && IsWanted(Encoding.UTF8.GetBytes(number.ToString("R", CultureInfo.InvariantCulture))));
            default:
                return false;
        }
    }

    private bool TextPasses(ReadOnlySpan<byte> text) => IsWanted(text) || (pattern is not null && pattern.IsMatch(Encoding.UTF8.GetString(text)));

    private bool InRange(double number) =>
        (policy.Min is not null || policy.Max is not null)
        && number >= (policy.Min ?? double.NegativeInfinity) && number <= (policy.Max ?? double.PositiveInfinity);

    private bool IsWanted(ReadOnlySpan<byte> text)
    {
        foreach (byte[] wanted in values)
        {
            if (text.SequenceEqual(wanted))
            {
                return true;
            }
        }
        return false;
    }
}
