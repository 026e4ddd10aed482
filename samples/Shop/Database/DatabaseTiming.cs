namespace Shop.Database;

/// <summary>How far away a database is, and how slow its disk.</summary>
/// <param name="RoundTrip">Time of one statement there and back, varying by a sixth.</param>
/// <param name="Page">Time to read one page.</param>
internal sealed record DatabaseTiming(TimeSpan RoundTrip, TimeSpan Page)
{
    public static DatabaseTiming FromMilliseconds(double roundTrip, double page)
        => new(TimeSpan.FromMilliseconds(roundTrip), TimeSpan.FromMilliseconds(page));
}
