namespace Clew.Ingest.Intake;

/// <summary>Changes nothing.</summary>
public sealed class NoIngressHook : IIngressHook
{
    public void Apply(PayloadFormat format, Span<byte> payload)
    {
    }
}
