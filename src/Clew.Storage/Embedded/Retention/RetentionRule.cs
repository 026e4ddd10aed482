namespace Clew.Storage.Embedded.Retention;

/// <summary>How long the traces of a retention class are kept. Config: immutable.</summary>
/// <param name="Class">The class; today every trace is of <see cref="DefaultClass"/>.</param>
/// <param name="MaxAge">A segment goes once its newest trace started longer ago; null: never.</param>
/// <param name="MaxBytes">The oldest segments of the class, of all tenants, go while it takes more on disk; null: no bound.</param>
public sealed record RetentionRule(string Class, TimeSpan? MaxAge, long? MaxBytes)
{
    /// <summary>The class of traces that nothing else was said of.</summary>
    public const string DefaultClass = "default";
}
