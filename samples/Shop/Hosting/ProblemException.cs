namespace Shop.Hosting;

/// <summary>The request cannot be served as asked; answered with this status and said to the customer. Not an error of the service.</summary>
internal sealed class ProblemException(int status, string title) : Exception(title)
{
    public int Status => status;
}
