namespace Shop.Load;

/// <summary>All one customer will do, decided before they begin.</summary>
internal sealed record SessionPlan(string Session, string Customer, string UserAgent, Stage Reached, IReadOnlyList<SessionStep> Steps);
