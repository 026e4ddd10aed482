using System.Security.Cryptography;
using System.Text;

namespace Clew.Server.SelfMonitoring.Probing;

/// <summary>What tells this process's own probes from everybody else's requests: a header that nobody else knows. New at every start.</summary>
internal sealed class ProbeSecret
{
    /// <summary>The header's name.</summary>
    public const string Header = "Clew-Probe";

    private readonly byte[] expected;

    public ProbeSecret()
    {
        Value = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        expected = Encoding.ASCII.GetBytes(Value);
    }

    /// <summary>The header's value.</summary>
    public string Value { get; }

    /// <summary>True where a request is a probe's.</summary>
    public bool IsGivenBy(HttpRequest request) =>
        request.Headers.TryGetValue(Header, out var values) && values is [{ } given]
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), expected);
}
