// The answers of docs/api/own.md. Times and durations are nanoseconds as decimal strings; null fields are left out.

export const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
export type Kind = (typeof KINDS)[number];
export const STATUSES = ['unset', 'ok', 'error'] as const;
export type Status = (typeof STATUSES)[number];

/** What an answer says of itself, in sentences for people. */
export interface Remarks {
  /** What is missing, and why. */
  partial?: string;
  /** What may be missing, or came since. */
  notes?: string[];
}

export interface Services extends Remarks {
  services: { name: string; spanCount: number }[];
}

export interface Operations extends Remarks {
  operations: { name: string; kind: Kind; spanCount: number }[];
}

export interface ServiceShare {
  name: string;
  spanCount: number;
  errorCount: number;
  selfTime: string;
  criticalTime: string;
}

export interface TraceSummary {
  traceId: string;
  rootService?: string;
  rootName?: string;
  start: string;
  duration: string;
  spanCount: number;
  errorCount: number;
  matchedSpans?: number;
  complete: boolean;
  services: ServiceShare[];
}

export interface SearchPage extends Remarks {
  traces: TraceSummary[];
  next?: string;
  total?: { kind: 'none' | 'bound' | 'exact'; value?: number };
  stats?: { spansScanned: number; segmentsScanned?: number; milliseconds: number };
}

export type AttributeType = 'empty' | 'string' | 'bool' | 'int' | 'double' | 'bytes' | 'array' | 'map';

export interface AttributeValue {
  type: AttributeType;
  value?: string | number | boolean | AttributeValue[] | Attribute[];
}

export interface Attribute extends AttributeValue {
  key: string;
}

export interface SpanEvent {
  time: string;
  name: string;
  attributes?: Attribute[];
  droppedAttributesCount?: number;
}

export interface SpanLink {
  traceId: string;
  spanId: string;
  traceState?: string;
  flags?: number;
  attributes?: Attribute[];
  droppedAttributesCount?: number;
}

export interface SpanDetail {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: Kind;
  service: string;
  start: string;
  end: string;
  duration: string;
  status: { code: Status; message?: string };
  traceState?: string;
  flags?: number;
  attributes?: Attribute[];
  droppedAttributesCount?: number;
  events?: SpanEvent[];
  droppedEventsCount?: number;
  links?: SpanLink[];
  droppedLinksCount?: number;
  scope?: { name?: string; version?: string; attributes?: Attribute[]; droppedAttributesCount?: number; schemaUrl?: string };
  resource?: { attributes?: Attribute[]; droppedAttributesCount?: number; schemaUrl?: string };
  notes?: string[];
}

export interface ServerStatus {
  version: string;
  started: string;
  health: { state: 'ok' | 'warn' | 'error'; messages?: string[] };
  endpoints: { otlpGrpc?: string; otlpHttp?: string; web?: string; jaeger?: string };
  spans: { received: number; rejected: number; stored: number; open: number };
  freshness?: { p50: number; p99: number; max: number; probes: number; notFound: number };
  storage?: { directory?: string; bytes?: number; segments?: number; journalBytes?: number };
}
