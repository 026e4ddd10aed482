using Clew.Core.Files;
using Clew.Ingest.Journal;

namespace Clew.Server.Hosting;

/// <summary>The journal's line in the composition root.</summary>
internal static class JournalServices
{
    public static IServiceCollection AddJournal(this IServiceCollection services, JournalOptions options) =>
        services.AddSingleton<IJournal>(parts => Journal.Open(
            options, parts.GetRequiredService<IFileLayer>(), parts.GetRequiredService<TimeProvider>(), parts.GetRequiredService<ILogger<Journal>>()));
}
