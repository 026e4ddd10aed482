using Clew.Core.Scan;

namespace Clew.Query.Execution;

/// <summary>Which conditions a source executes itself. What is left over is decided above, on the merged trace.</summary>
internal static class PredicateSplit
{
    /// <summary>The conditions that a source of these capabilities takes, in their order.</summary>
    public static IReadOnlyList<SpanPredicate> Pushed(IReadOnlyList<SpanPredicate> predicates, SpanSourceCapabilities capabilities)
    {
        var pushed = new List<SpanPredicate>(predicates.Count);
        foreach (var predicate in predicates)
        {
            if (CanExecute(predicate, capabilities))
            {
                pushed.Add(predicate);
            }
        }
        return pushed;
    }

    public static bool CanExecute(SpanPredicate predicate, SpanSourceCapabilities capabilities) => predicate switch
    {
        Comparison { Field.Field: SpanField.Attribute } => capabilities.HasFlag(SpanSourceCapabilities.AttributeComparison),
        Comparison => capabilities.HasFlag(SpanSourceCapabilities.IntrinsicComparison),
        AnyOf any => capabilities.HasFlag(SpanSourceCapabilities.AnyOf) && any.Predicates.All(p => CanExecute(p, capabilities)),
        _ => false,
    };
}
