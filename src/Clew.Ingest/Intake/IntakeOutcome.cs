namespace Clew.Ingest.Intake;

/// <summary>What became of a payload.</summary>
public enum IntakeOutcome
{
    /// <summary>On disk and searchable.</summary>
    Accepted = 0,

    /// <summary>No room just now: try again in a moment.</summary>
    Overloaded = 1,

    /// <summary>The disk refuses or the server is stopping: try again later.</summary>
    Unavailable = 2,
}
