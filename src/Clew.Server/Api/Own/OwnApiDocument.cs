using Clew.Server.Api.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Clew.Server.Api.Own;

/// <summary>Writes the API document from the same descriptions by which requests are checked.</summary>
internal static class OwnApiDocument
{
    public static Task AddPaths(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info.Title = "Clew";
        document.Info.Version = "v1";
        document.Info.Description = "Clew's own HTTP API. Times are Unix nanoseconds and durations nanoseconds, both as decimal strings.";
        document.Paths ??= [];
        foreach (var endpoint in OwnEndpoints.Documented)
        {
            string path = OwnApi.Prefix + endpoint.Pattern;
            if (!document.Paths.TryGetValue(path, out var item))
            {
                document.Paths[path] = item = new OpenApiPathItem { Operations = [] };
            }
            item.Operations![HttpMethod.Parse(endpoint.Method)] = Operation(endpoint);
        }
        return Task.CompletedTask;
    }

    private static OpenApiOperation Operation(ApiEndpoint endpoint)
    {
        var operation = new OpenApiOperation
        {
            Summary = endpoint.Summary,
            OperationId = OperationId(endpoint),
            Parameters = [.. endpoint.Parameters.Select(Parameter)],
            Responses = new OpenApiResponses
            {
                ["200"] = Response(endpoint.Returns, endpoint.ContentType, OwnSchemas.Of(endpoint)),
                ["400"] = Response("A parameter does not parse; the detail names it.", "application/problem+json", OwnSchemas.Problem),
                ["503"] = Response("Too many queries run, one took too long, or the store cannot be read.", "application/problem+json", OwnSchemas.Problem),
            },
        };
        if (endpoint.Parameters.Any(p => p.InPath))
        {
            operation.Responses["404"] = Response("Nothing of that id is known.", "application/problem+json", OwnSchemas.Problem);
        }
        return operation;
    }

    private static OpenApiParameter Parameter(ApiParameter parameter)
    {
        var value = new OpenApiSchema { Type = parameter.IsInteger ? JsonSchemaType.Integer : JsonSchemaType.String };
        if (parameter.Values.Count > 0)
        {
            value.Enum = [.. parameter.Values.Select(v => System.Text.Json.Nodes.JsonValue.Create(v)!)];
        }
        return new OpenApiParameter
        {
            Name = parameter.Name,
            In = parameter.InPath ? ParameterLocation.Path : ParameterLocation.Query,
            Required = parameter.Required,
            Description = parameter.Description,
            Schema = parameter.Repeatable ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = value } : value,
        };
    }

    private static OpenApiResponse Response(string description, string contentType, OpenApiSchema schema) => new()
    {
        Description = description,
        Content = new Dictionary<string, OpenApiMediaType> { [contentType] = new() { Schema = schema } },
    };

    /// <summary><c>/traces/{traceId}/spans/{spanId}</c> becomes <c>traces_traceId_spans_spanId</c>.</summary>
    private static string OperationId(ApiEndpoint endpoint) => (endpoint.Method == "GET" ? "" : endpoint.Method.ToLowerInvariant() + "_") + endpoint.Pattern.Trim('/').Replace('/', '_').Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
}
