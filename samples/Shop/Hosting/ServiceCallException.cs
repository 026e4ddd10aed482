namespace Shop.Hosting;

/// <summary>Another service answered with a failure of its own.</summary>
internal sealed class ServiceCallException(string peer, int status, string title)
    : Exception($"{peer} answered {status}: {title}")
{
    public int Status => status;
}
