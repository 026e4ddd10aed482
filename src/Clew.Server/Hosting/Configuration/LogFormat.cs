namespace Clew.Server.Hosting.Configuration;

/// <summary>How log lines are written.</summary>
internal enum LogFormat
{
    /// <summary>A line of text.</summary>
    Text,

    /// <summary>A JSON object a line: time in UTC, level, category, event, message and its parts.</summary>
    Json,
}
