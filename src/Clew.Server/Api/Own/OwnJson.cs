using System.Text.Json.Serialization;

namespace Clew.Server.Api.Own;

/// <summary>How records of this API become JSON, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServerStatus))]
internal sealed partial class OwnJson : JsonSerializerContext;
