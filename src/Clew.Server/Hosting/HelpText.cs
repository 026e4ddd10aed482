using System.Text;
using Clew.Server.Hosting.Configuration;

namespace Clew.Server.Hosting;

/// <summary>What <c>clew --help</c> prints; the keys come from the code that reads them.</summary>
internal static class HelpText
{
    public static string Write()
    {
        var reader = new ConfigurationReader(new ConfigurationManager());
        _ = ClewConfig.Read(reader, demo: false);
        var text = new StringBuilder("""
            Clew: distributed tracing that says why.

            clew [--demo] [--KEY VALUE …]
            clew storage inspect|verify|repair DIR    look after a data directory that no server has open
            clew sampling import FILE                 turn the Collector's tail_sampling policies into Clew's

              --demo      run the sample shop of twelve services against this server (needs the repository)
              --help      this text
              --version   the version

            Configuration, on the command line (--KEY VALUE), as environment variables (':' is written '__') or in appsettings.json:


            """);
        foreach (var key in reader.Keys)
        {
            text.Append("  ").Append(key.Name).Append(" = ").AppendLine(key.Default);
            text.Append("      ").Append(key.Description).AppendLine(".");
        }
        return text.ToString();
    }
}
