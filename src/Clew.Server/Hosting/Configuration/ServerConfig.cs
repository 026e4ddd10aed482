namespace Clew.Server.Hosting.Configuration;

/// <summary>The keys of the process itself.</summary>
/// <param name="LogFormat">How log lines are written.</param>
/// <param name="DrainTimeout">What the ports wait at the end for requests that are being answered.</param>
/// <param name="ShutdownTimeout">What the whole end may take.</param>
internal sealed record ServerConfig(LogFormat LogFormat, TimeSpan DrainTimeout, TimeSpan ShutdownTimeout)
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Most = TimeSpan.FromHours(1);

    public static ServerConfig Read(ConfigurationReader reader)
    {
        var config = new ServerConfig(
            reader.Choice("Logging:Format", LogFormat.Text, "Log lines for people, or as JSON objects, one a line"),
            reader.Duration("Server:DrainTimeout", TimeSpan.FromSeconds(5), Least, Most, "When asked to end, how long requests that are being answered are waited for"),
            reader.Duration("Server:ShutdownTimeout", TimeSpan.FromSeconds(25), Least, Most, "When asked to end, how long closing may take in all, storing what is closed included; what is not stored by then is in the journal"));
        if (config.ShutdownTimeout < config.DrainTimeout)
        {
            reader.Error("Server:ShutdownTimeout: it must be at least Server:DrainTimeout.");
        }
        return config;
    }
}
