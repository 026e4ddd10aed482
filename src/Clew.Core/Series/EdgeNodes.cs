namespace Clew.Core.Series;

/// <summary>What stands in an edge for a caller or receiver that nothing names.</summary>
public static class EdgeNodes
{
    /// <summary>The caller of a root: it sends no spans.</summary>
    public const string Outside = "(outside)";

    /// <summary>The caller whose span is named as the parent and was not there when the trace, or this part of it, closed.</summary>
    public const string Missing = "(missing)";

    /// <summary>The receiver of a call that does not say where it goes.</summary>
    public const string Unknown = "(unknown)";

    /// <summary>True for the names above and for <see cref="SeriesLabels.Folded"/>: not a node one could name.</summary>
    public static bool IsPlaceholder(string node) => node is Outside or Missing or Unknown or SeriesLabels.Folded;
}
