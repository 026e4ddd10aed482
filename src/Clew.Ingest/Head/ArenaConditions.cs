using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Ingest.Head;

/// <summary>What a question's predicates, all of which must hold, say of an arena: of its classes, its blocks and its rows.</summary>
/// <remarks>
/// Holds for the rows that the arena has when it is made, until the arena is emptied. Nine bytes a class, and what is compiled for those
/// that are looked at. Used with the lock of the arena's shard; belongs to one reader.
/// </remarks>
internal sealed class ArenaConditions
{
    private readonly Arena arena;
    private readonly IReadOnlyList<SpanPredicate> predicates;
    private readonly ClassCondition[] conditions;
    private readonly Verdict[] verdicts; // by class
    private readonly List<int> wanted = []; // strings that a span must use, all of them
    private RowTest?[]? tests; // by class

    public ArenaConditions(Arena arena, IReadOnlyList<SpanPredicate> predicates)
    {
        this.arena = arena;
        this.predicates = predicates;
        verdicts = new Verdict[arena.Classes.Count];
        conditions = ArenaTest.CanMatch(arena.Batch, predicates) ? [.. predicates.Select(predicate => new ClassCondition(arena, predicate))] : [];
        if (conditions.Length == predicates.Count)
        {
            Judge();
        }
    }

    /// <summary>True where a span of some class may match.</summary>
    public bool CanMatch { get; private set; }

    /// <summary>Says of each class whether its spans match.</summary>
    public ReadOnlySpan<Verdict> Verdicts => verdicts;

    /// <summary>False where no row of the block matches.</summary>
    public bool MayLieIn(int block)
    {
        foreach (int id in wanted)
        {
            if (!arena.Blocks.MayUse(block, id))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>True where a row of a class that may match does. Nothing may be shown.</summary>
    public bool Holds(int row, int spanClass, TraceId traceId)
    {
        tests ??= new RowTest?[verdicts.Length];
        var test = tests[spanClass] ??= Compile(spanClass);
        foreach (var check in test.Checks)
        {
            if (!check.Holds(arena.Spans, row))
            {
                return false;
            }
        }
        if (test.Rest is null)
        {
            return true;
        }
        bool holds = test.Rest.Matches(arena.Show(row, traceId));
        arena.Hide();
        return holds;
    }

    private void Judge()
    {
        var byResource = predicates.All(static predicate => predicate is Comparison { Field.Field: SpanField.ServiceName })
            ? new Verdict?[arena.Batch.Resources.Count] : null;
        for (int number = 0; number < verdicts.Length; number++)
        {
            var verdict = predicates.Count == 0 ? Verdict.All : number == SpanClasses.None ? Verdict.Maybe
                : byResource is null ? JudgeClass(number) : byResource[arena.Classes[number].Resource] ??= JudgeClass(number);
            verdicts[number] = verdict;
            CanMatch |= verdict != Verdict.No && (number != SpanClasses.None || arena.Classes[number].MaxStart >= arena.Classes[number].MinStart);
        }
        foreach (var condition in conditions)
        {
            if (condition.WantedString is >= 0 and var id)
            {
                wanted.Add(id);
            }
        }
    }

    private Verdict JudgeClass(int number)
    {
        int shown = arena.ShowClass(number);
        var verdict = Verdict.All;
        for (int i = 0; i < conditions.Length && verdict != Verdict.No; i++)
        {
            var one = conditions[i].Judge(arena.Classes[number], shown);
            verdict = one < verdict ? one : verdict;
        }
        arena.Hide();
        return verdict;
    }

    private RowTest Compile(int spanClass)
    {
        if (spanClass == SpanClasses.None)
        {
            return new RowTest([], new SpanMatcher(arena.Batch, predicates));
        }
        var checks = new List<PackedCheck>();
        var rest = new List<SpanPredicate>();
        int shown = arena.ShowClass(spanClass);
        for (int i = 0; i < conditions.Length; i++)
        {
            if (conditions[i].Judge(arena.Classes[spanClass], shown) == Verdict.All)
            {
                continue;
            }
            if (conditions[i].Pack(arena.Classes[spanClass]) is { } check)
            {
                checks.Add(check);
            }
            else
            {
                rest.Add(predicates[i]);
            }
        }
        arena.Hide();
        return new RowTest([.. checks], rest.Count == 0 ? null : new SpanMatcher(arena.Batch, rest));
    }

    /// <summary>What is left to be decided on each span of a class.</summary>
    private sealed record RowTest(PackedCheck[] Checks, SpanMatcher? Rest);
}
