export type Protocol = 'grpc' | 'http';

export interface Endpoints {
  /** `http://host:port` each; undefined where that receiver is off. */
  readonly grpc?: string;
  readonly http?: string;
}

export interface Snippet {
  readonly title: string;
  readonly code: string;
}

export interface Language {
  readonly key: string;
  readonly name: string;
  snippets(protocol: Protocol, endpoint: string): Snippet[];
}

const env = (protocol: Protocol, endpoint: string, more: string[] = []): Snippet => ({
  title: 'Environment',
  code: [
    'export OTEL_SERVICE_NAME=my-service',
    `export OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint}`,
    `export OTEL_EXPORTER_OTLP_PROTOCOL=${protocol === 'grpc' ? 'grpc' : 'http/protobuf'}`,
    ...more,
  ].join('\n'),
});

const traces = (protocol: Protocol, endpoint: string) => (protocol === 'grpc' ? endpoint : `${endpoint}/v1/traces`);

export const LANGUAGES: readonly Language[] = [
  {
    key: 'dotnet',
    name: '.NET',
    snippets: (p, e) => [
      env(p, e),
      {
        title: 'Program.cs',
        code: `// dotnet add package OpenTelemetry.Extensions.Hosting
// dotnet add package OpenTelemetry.Exporter.OpenTelemetryProtocol
// dotnet add package OpenTelemetry.Instrumentation.AspNetCore
// dotnet add package OpenTelemetry.Instrumentation.Http
builder.Services.AddOpenTelemetry()
    .WithTracing(tracing => tracing
        .AddAspNetCoreInstrumentation()
        .AddHttpClientInstrumentation()
        .AddOtlpExporter());`,
      },
    ],
  },
  {
    key: 'java',
    name: 'Java',
    snippets: (p, e) => [
      env(p, e, ['export OTEL_METRICS_EXPORTER=none', 'export OTEL_LOGS_EXPORTER=none']),
      {
        title: 'Run with the agent; no code changes',
        code: `java -javaagent:opentelemetry-javaagent.jar -jar my-service.jar`,
      },
    ],
  },
  {
    key: 'node',
    name: 'Node',
    snippets: (p, e) => [
      env(p, e),
      {
        title: 'tracing.mjs, then: node --import ./tracing.mjs app.js',
        code: `// npm install @opentelemetry/sdk-node @opentelemetry/auto-instrumentations-node \\
//   @opentelemetry/exporter-trace-otlp-${p === 'grpc' ? 'grpc' : 'proto'}
import { NodeSDK } from '@opentelemetry/sdk-node';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-${p === 'grpc' ? 'grpc' : 'proto'}';

new NodeSDK({
  traceExporter: new OTLPTraceExporter({ url: '${traces(p, e)}' }),
  instrumentations: [getNodeAutoInstrumentations()],
}).start();`,
      },
    ],
  },
  {
    key: 'python',
    name: 'Python',
    snippets: (p, e) => [
      env(p, e, ['export OTEL_METRICS_EXPORTER=none', 'export OTEL_LOGS_EXPORTER=none']),
      {
        title: 'Run it; no code changes',
        code: `pip install opentelemetry-distro opentelemetry-exporter-otlp
opentelemetry-bootstrap -a install
opentelemetry-instrument python app.py`,
      },
      {
        title: 'Or in code',
        code: `from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.exporter.otlp.proto.${p === 'grpc' ? 'grpc' : 'http'}.trace_exporter import OTLPSpanExporter

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint="${traces(p, e)}")))
trace.set_tracer_provider(provider)`,
      },
    ],
  },
  {
    key: 'go',
    name: 'Go',
    snippets: (p, e) => [
      env(p, e),
      {
        title: 'main.go',
        code: `import (
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/${p === 'grpc' ? 'otlptracegrpc' : 'otlptracehttp'}"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

exporter, err := ${p === 'grpc' ? 'otlptracegrpc' : 'otlptracehttp'}.New(ctx) // reads the environment above
if err != nil {
	return err
}
provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter))
defer provider.Shutdown(ctx)
otel.SetTracerProvider(provider)`,
      },
    ],
  },
];
