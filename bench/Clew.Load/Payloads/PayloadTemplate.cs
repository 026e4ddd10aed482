namespace Clew.Load.Payloads;

/// <summary>An ExportTraceServiceRequest prepared in advance, and where to put fresh values.</summary>
/// <param name="Bytes">The message.</param>
/// <param name="Patches">One for each span; those of one trace follow one another.</param>
internal sealed record PayloadTemplate(byte[] Bytes, SpanPatch[] Patches)
{
    /// <summary>Puts the chosen spans of the shapes into one payload, by service.</summary>
    /// <param name="shapes">The traces of a block.</param>
    /// <param name="service">Only this one, or −1 for all.</param>
    /// <param name="instance">Which instance of each service sends.</param>
    public static PayloadTemplate Build(IReadOnlyList<TraceShape> shapes, int service, int instance)
    {
        var request = new WireBuffer();
        var patches = new List<SpanPatch>();
        for (int sender = 0; sender < Vocabulary.Services.Length; sender++)
        {
            if (service < 0 || service == sender)
            {
                Group(request, patches, shapes, sender, instance);
            }
        }
        return new PayloadTemplate(request.ToArray(), [.. patches]);
    }

    private static void Group(WireBuffer request, List<SpanPatch> patches, IReadOnlyList<TraceShape> shapes, int service, int instance)
    {
        var scope = new WireBuffer();
        scope.Text(1, "shop.instrumentation");
        scope.Text(2, "3.1.0");
        var scopeSpans = new WireBuffer();
        scopeSpans.Bytes(1, scope.ToArray());
        var own = new List<SpanPatch>();
        for (int trace = 0; trace < shapes.Count; trace++)
        {
            for (int i = 0; i < shapes[trace].Spans.Length; i++)
            {
                if (shapes[trace].Spans[i].Service == service)
                {
                    var (span, patch) = SpanWriter.Write(trace, shapes[trace], i);
                    own.Add(patch.Moved(scopeSpans.Bytes(2, span.ToArray())));
                }
            }
        }
        if (own.Count == 0)
        {
            return;
        }
        var resource = new WireBuffer();
        foreach (var (key, value) in Vocabulary.Resource(service, instance))
        {
            resource.Attribute(1, key, value);
        }
        var resourceSpans = new WireBuffer();
        resourceSpans.Bytes(1, resource.ToArray());
        int inResource = resourceSpans.Bytes(2, scopeSpans.ToArray());
        int inRequest = request.Bytes(1, resourceSpans.ToArray());
        patches.AddRange(own.Select(patch => patch.Moved(inResource + inRequest)));
    }
}
