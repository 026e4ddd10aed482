// Sends N spans with OpenTelemetry's JavaScript SDK over OTLP HTTP/JSON. Span i carries attributes derived from i, so that the
// reader can tell what each one must hold. Arguments: URL, N. Ends with exit code 1 if an export failed.
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'

const [url, count] = [process.argv[2], Number(process.argv[3])]
const exporter = new OTLPTraceExporter({ url })
let failures = 0
const checked = {
  export: (spans, done) =>
    exporter.export(spans, (result) => {
      if (result.code !== 0) {
        failures++
        console.error(result.error)
      }
      done(result)
    }),
  forceFlush: () => exporter.forceFlush(),
  shutdown: () => exporter.shutdown(),
}
const provider = new BasicTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'js-sdk', 'service.version': '1.2.3' }),
  spanProcessors: [new BatchSpanProcessor(checked, { maxQueueSize: count * 2, maxExportBatchSize: 500, scheduledDelayMillis: 100 })],
})
const tracer = provider.getTracer('e2e', '0.1')
for (let i = 0; i < count; i++) {
  const span = tracer.startSpan(`span ${i % 10}`, {
    kind: SpanKind.CLIENT,
    root: true,
    attributes: { number: i, half: i + 0.5, text: `value ${i} ünïcödé`, even: i % 2 === 0, list: [`a${i}`, 'b'] },
  })
  span.addEvent('event', { at: i })
  if (i % 3 === 0) span.setStatus({ code: SpanStatusCode.ERROR, message: `failed ${i}` })
  span.end()
}
await provider.forceFlush()
await provider.shutdown()
process.exit(failures === 0 ? 0 : 1)
