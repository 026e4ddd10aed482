using System.Text.Json.Nodes;

namespace Clew.Load.Overload;

/// <summary>One second of a flood.</summary>
/// <param name="Seconds">Since the start.</param>
/// <param name="RssMiB">Resident memory of the server.</param>
/// <param name="Accepted">Spans acknowledged in it.</param>
/// <param name="Refused">Payloads refused in it.</param>
/// <param name="CpuSeconds">The server's CPU in it.</param>
internal sealed record OverloadPoint(double Seconds, double RssMiB, long Accepted, long Refused, double CpuSeconds)
{
    public JsonObject Json() => new()
    {
        ["s"] = Math.Round(Seconds, 1),
        ["rssMiB"] = Math.Round(RssMiB, 1),
        ["acceptedSpans"] = Accepted,
        ["refusedPayloads"] = Refused,
        ["cpuSeconds"] = Math.Round(CpuSeconds, 2),
    };
}
