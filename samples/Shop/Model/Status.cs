namespace Shop.Model;

// What the control endpoint tells.

internal sealed record ServiceStatus(string Name, string Version, int Port, int Process, bool Running, int Restarts);

internal sealed record LoadStatus(double Rate, long Sessions, long Requests, long Orders, long Failures, int Active, long TurnedAway);

internal sealed record ShopStatus(
    ServiceStatus[] Services, Dictionary<string, int> Partners, Dictionary<string, string> Switches, LoadStatus? Load);
