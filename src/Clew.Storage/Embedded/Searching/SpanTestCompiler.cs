using Clew.Core.Encodings;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Searching;

/// <summary>
/// Turns predicates into tests of one segment's columns. What they mean is <see cref="SpanMatcher"/>'s; conditions on resources and
/// scopes are decided once on the few rows of their tables and become sets of rows.
/// </summary>
internal static class SpanTestCompiler
{
    /// <summary>The tests that must all hold, or null where no span of the segment can match.</summary>
    public static List<SpanTest>? Compile(SegmentReader reader, IReadOnlyList<SpanPredicate> predicates)
    {
        var tests = new List<SpanTest>();
        foreach (var predicate in predicates)
        {
            var any = new List<SpanTest>();
            Add(reader, predicate, any);
            if (any.Count == 0)
            {
                return null;
            }
            tests.Add(any.Count == 1 ? any[0] : new AnyTest(any));
        }
        return tests;
    }

    private static void Add(SegmentReader reader, SpanPredicate predicate, List<SpanTest> any)
    {
        switch (predicate)
        {
            case AnyOf anyOf:
                foreach (var alternative in anyOf.Predicates)
                {
                    Add(reader, alternative, any);
                }
                break;
            case Comparison { Field.Field: SpanField.Attribute } comparison:
                AddAttribute(reader, comparison, any);
                break;
            case Comparison comparison when Intrinsic(reader, comparison.Field.Field, new ComparisonRule(comparison.Operator, comparison.Value)) is { } test:
                any.Add(test);
                break;
            case Comparison:
                break;
            default:
                throw new NotSupportedException(predicate.GetType().Name);
        }
    }

    private static SpanTest? Intrinsic(SegmentReader reader, SpanField field, ComparisonRule rule)
    {
        var directory = reader.Directory;
        switch (field)
        {
            case SpanField.Name:
                return OnColumn(reader, directory.Get(ColumnRole.Name, OwnerKind.Span), rule);
            case SpanField.StatusMessage:
                return OnColumn(reader, directory.Get(ColumnRole.StatusMessage, OwnerKind.Span), rule);
            case SpanField.ScopeName:
                return OnScopes(reader, directory.Get(ColumnRole.ScopeName, OwnerKind.Scope), rule);
            case SpanField.ScopeVersion:
                return OnScopes(reader, directory.Get(ColumnRole.ScopeVersion, OwnerKind.Scope), rule);
            case SpanField.ServiceName:
                var services = reader.Services;
                bool[] wanted = [.. services.Names.Select(name => rule.Holds(AttributeValue.Of(AttributeType.String, name)))];
                return OnRows(directory, ColumnRole.Resource, [.. services.OfResource.Select(service => wanted[service])]);
            case SpanField.IsRoot:
                bool root = rule.Holds(AttributeValue.Of(true));
                bool child = rule.Holds(AttributeValue.Of(false));
                var range = (root, child) switch
                {
                    (true, true) => RangeTest.All,
                    (true, false) => new RangeTest(0, 0),
                    (false, true) => new RangeTest(1, long.MaxValue),
                    _ => null,
                };
                return range is null ? null : new ColumnTest(directory.Get(ColumnRole.Parent, OwnerKind.Span), range);
            default:
                return rule.ForNumbers(AttributeType.Int) is { } test ? OnNumber(directory, field, test) : null;
        }
    }

    /// <summary>Straight on a column where the number lies in one.</summary>
    private static SpanTest? OnNumber(SegmentDirectory directory, SpanField field, ValueTest test) => (field, test) switch
    {
        (SpanField.Kind, _) => new ColumnTest(directory.Get(ColumnRole.Kind, OwnerKind.Span), test),
        (SpanField.StatusCode, _) => new ColumnTest(directory.Get(ColumnRole.StatusCode, OwnerKind.Span), test),
        (SpanField.StartTime, _) when directory.Summary.PlainTimes => new ColumnTest(directory.Get(ColumnRole.Start, OwnerKind.Span), test),
        (SpanField.Duration, RangeTest range) when directory.Summary.PlainTimes => range.OfClamped is { } clamped
            ? new ColumnTest(directory.Get(ColumnRole.Duration, OwnerKind.Span), clamped) : null,
        _ => new NumberTest(field, test),
    };

    private static ColumnTest? OnColumn(SegmentReader reader, ColumnInfo column, ComparisonRule rule) =>
        rule.ForColumn(reader, column, AttributeType.String) is { } test ? new ColumnTest(column, test) : null;

    private static ColumnTest? OnScopes(SegmentReader reader, ColumnInfo column, ComparisonRule rule)
    {
        if (rule.ForColumn(reader, column, AttributeType.String) is not { } test)
        {
            return null;
        }
        var rows = new bool[reader.Directory.Scopes];
        using var group = new RowGroup(reader, rows.Length);
        var hits = new ulong[IntegerPageSearch.Words(reader.Directory.GroupRows)];
        for (int page = 0; page < group.Count; page++)
        {
            group.MoveTo(page);
            Array.Clear(hits);
            group.Mark(column, test, default, hits);
            Collect(hits, group, rows);
        }
        return OnRows(reader.Directory, ColumnRole.Scope, rows);
    }

    private static void AddAttribute(SegmentReader reader, Comparison comparison, List<SpanTest> any)
    {
        var rule = new ComparisonRule(comparison.Operator, comparison.Value);
        foreach (var (scope, owner) in AttributeScopes.InOrder)
        {
            if (comparison.Field.Scope.HasFlag(scope)
                && AttributeCursor.Open(reader, owner, comparison.Field.Key) is { } cursor
                && AttributeTest.Create(reader, cursor, rule) is { } attribute)
            {
                SpanTest? test = owner switch
                {
                    OwnerKind.Resource => OnTable(reader, attribute, ColumnRole.Resource, reader.Directory.Resources),
                    OwnerKind.Scope => OnTable(reader, attribute, ColumnRole.Scope, reader.Directory.Scopes),
                    _ => attribute,
                };
                if (test is not null)
                {
                    any.Add(test);
                }
            }
        }
    }

    private static ColumnTest? OnTable(SegmentReader reader, AttributeTest test, ColumnRole role, int count)
    {
        var rows = new bool[count];
        using var group = new RowGroup(reader, count);
        var hits = new ulong[IntegerPageSearch.Words(reader.Directory.GroupRows)];
        for (int page = 0; page < group.Count; page++)
        {
            group.MoveTo(page);
            Array.Clear(hits);
            if (test.MayMatch(group))
            {
                test.Mark(group, default, hits);
            }
            Collect(hits, group, rows);
        }
        return OnRows(reader.Directory, role, rows);
    }

    private static void Collect(ulong[] hits, RowGroup group, bool[] rows)
    {
        for (int row = RowBits.Next(hits, 0); row >= 0; row = RowBits.Next(hits, row + 1))
        {
            rows[group.FirstRow + row] = true;
        }
    }

    private static ColumnTest? OnRows(SegmentDirectory directory, ColumnRole role, bool[] rows) =>
        SetTest.Of(rows) is { } test ? new ColumnTest(directory.Get(role, OwnerKind.Span), test) : null;
}
