using Clew.Load;
using Clew.Load.Verbs;

try
{
    var options = new Options(args.Length > 0 ? args[1..] : []);
    return args.FirstOrDefault() switch
    {
        "ingest" => await IngestVerb.RunAsync(options),
        "query" => await QueryVerb.RunAsync(options),
        "soak" => await SoakVerb.RunAsync(options),
        "replay" => await ReplayVerb.RunAsync(options),
        "crash" => await CrashVerb.RunAsync(options),
        "overload" => await OverloadVerb.RunAsync(options),
        "freshness" => await FreshnessVerb.RunAsync(options),
        "scan" => await ScanVerb.RunAsync(options),
        "sampling" => await SamplingVerb.RunAsync(options),
        _ => throw new UsageException("clew-load ingest|query|soak|replay|crash|overload|freshness|scan|sampling [--OPTION VALUE …] [-- SERVER ARGUMENTS]; bench/README.md has them all."),
    };
}
catch (UsageException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
catch (Exception e) when (e is TimeoutException or HttpRequestException or IOException)
{
    Console.Error.WriteLine($"clew-load: {e.Message}");
    return 1;
}
