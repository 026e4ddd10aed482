using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Clew.Server.Hosting.Configuration;

/// <summary>Where a listener listens: <c>host:port</c> or <c>off</c>. Port 0 lets the system choose.</summary>
internal sealed record ListenAddress
{
    private ListenAddress(IPAddress? address, bool isLocalhost, int port)
    {
        Address = address;
        IsLocalhost = isLocalhost;
        Port = port;
    }

    /// <summary>Not listening at all.</summary>
    public static ListenAddress Off { get; } = new(null, false, 0);

    /// <summary>The address to bind; null for <c>off</c>.</summary>
    public IPAddress? Address { get; }

    /// <summary>The name localhost was given: both loopback addresses.</summary>
    public bool IsLocalhost { get; }

    public int Port { get; }

    public bool IsOff => Address is null;

    /// <summary>True where only programs of this machine can connect.</summary>
    public bool IsLoopback => Address is null || IPAddress.IsLoopback(Address);

    public static bool TryParse(string text, [NotNullWhen(true)] out ListenAddress? address)
    {
        address = null;
        if (text.Equals("off", StringComparison.OrdinalIgnoreCase))
        {
            address = Off;
            return true;
        }
        int colon = text.LastIndexOf(':');
        if (colon <= 0
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            || port > IPEndPoint.MaxPort)
        {
            return false;
        }
        string host = text[..colon];
        bool isLocalhost = host.Equals("localhost", StringComparison.OrdinalIgnoreCase);
        var ip = isLocalhost ? IPAddress.Loopback : host == "*" ? IPAddress.IPv6Any : null;
        if (ip is null && !IPAddress.TryParse(host.Trim('[', ']'), out ip))
        {
            return false;
        }
        address = new ListenAddress(ip, isLocalhost, port);
        return true;
    }

    public override string ToString() => IsOff ? "off" : IsLocalhost
        ? string.Create(CultureInfo.InvariantCulture, $"localhost:{Port}")
        : new IPEndPoint(Address!, Port).ToString();
}
