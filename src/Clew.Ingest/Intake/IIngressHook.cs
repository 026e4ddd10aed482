namespace Clew.Ingest.Intake;

/// <summary>
/// The one place where a payload may be changed before it is journalled: in place and at the same length, so that what must never
/// reach a disk (card numbers, secrets) does not.
/// </summary>
public interface IIngressHook
{
    /// <summary>Changes bytes of the decompressed payload in place, before it is read.</summary>
    void Apply(PayloadFormat format, Span<byte> payload);
}
