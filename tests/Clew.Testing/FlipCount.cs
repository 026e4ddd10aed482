using System.Globalization;

namespace Clew.Testing;

/// <summary>How many damaged bytes a test tries: few in every run, many where <c>CLEW_FLIPS</c> says so.</summary>
public static class FlipCount
{
    /// <param name="usual">Without the variable.</param>
    public static int Of(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("CLEW_FLIPS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : usual;
}
