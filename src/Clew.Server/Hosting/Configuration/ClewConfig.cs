namespace Clew.Server.Hosting.Configuration;

/// <summary>The whole configuration, read once at start and never changed.</summary>
internal sealed record ClewConfig(string StorageDirectory, ListenConfig Listen)
{
    /// <summary>Reads and checks everything. What is wrong is in the reader's errors; the values are then not to be used.</summary>
    public static ClewConfig Read(ConfigurationReader reader, bool demo)
    {
        var config = new ClewConfig(
            reader.Text("Storage:Directory", DataDirectory.Default(demo), "Where data lie"),
            ListenConfig.Read(reader));
        reader.RejectUnknownKeys();
        return config;
    }
}
