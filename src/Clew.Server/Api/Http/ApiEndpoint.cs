namespace Clew.Server.Api.Http;

/// <summary>Describes an endpoint once, for routing, for checking requests and for the API document. Its presence in an endpoint's
/// metadata says that the endpoint runs in a <see cref="Query.QueryScope"/>.</summary>
/// <param name="Pattern">Route below the group's prefix.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="ContentType">Of the answer.</param>
internal sealed record ApiEndpoint(string Pattern, string Summary, string ContentType = "application/json")
{
    public string Method { get; init; } = "GET";

    public IReadOnlyList<ApiParameter> Parameters { get; init; } = [];

    /// <summary>What the answer holds.</summary>
    public string Returns { get; init; } = "";

    /// <summary>False for what is asked all the time and says little: Clew makes no trace of it where it traces itself.</summary>
    public bool IsTraced { get; init; } = true;

    /// <summary>False for what is only there to answer an error in the API's own form.</summary>
    public bool IsDocumented { get; init; } = true;
}
