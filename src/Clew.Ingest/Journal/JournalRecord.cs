using Clew.Core.Model;
using Clew.Ingest.Intake;

namespace Clew.Ingest.Journal;

/// <summary>A record read back.</summary>
/// <param name="Position">Its place.</param>
/// <param name="Time">When it was appended, Unix nanoseconds.</param>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Format">How to read the payload.</param>
/// <param name="Payload">The payload, valid until the next record is asked for.</param>
public readonly record struct JournalRecord(JournalPosition Position, ulong Time, Tenant Tenant, PayloadFormat Format, ArraySegment<byte> Payload);
