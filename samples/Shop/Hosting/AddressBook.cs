namespace Shop.Hosting;

/// <summary>Where services and partners listen on loopback. Told by the supervisor, again after a restart.</summary>
internal sealed class AddressBook
{
    private volatile IReadOnlyDictionary<string, int> ports = new Dictionary<string, int>();

    public void Replace(IReadOnlyDictionary<string, int> changed) => ports = changed;

    public Uri Base(string name) => ports.TryGetValue(name, out int port)
        ? new Uri($"http://127.0.0.1:{port}")
        : throw new InvalidOperationException($"No address is known for {name}.");

    /// <summary>As one line: <c>name=port name=port …</c>.</summary>
    public static string Format(IEnumerable<KeyValuePair<string, int>> ports)
        => string.Join(' ', ports.Select(entry => $"{entry.Key}={entry.Value}"));

    public static IReadOnlyDictionary<string, int> Parse(string line)
        => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(entry => entry.Split('=', 2))
            .ToDictionary(entry => entry[0], entry => int.Parse(entry[1], System.Globalization.CultureInfo.InvariantCulture));
}
