namespace Clew.Analysis.Series;

/// <summary>How many names are counted apart before the rest folds into one.</summary>
/// <param name="Owners">Services.</param>
/// <param name="NamesPerOwner">Operations, or peers, of one service.</param>
/// <param name="Series">Series in all, whatever the other two allow.</param>
/// <param name="KeptPeriods">For how many periods a name that is not seen holds its place.</param>
public sealed record SeriesLimits(int Owners, int NamesPerOwner, int Series = 100_000, int KeptPeriods = 24);
