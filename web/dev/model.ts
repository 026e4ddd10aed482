import type { Attribute, SpanEvent, SpanLink } from '../src/api/types.ts';

/** A span of generated data; times in ns after the trace's start. */
export interface MockSpan {
  spanId: string;
  parentId: string | null;
  service: string;
  name: string;
  /** As in the skeleton: 0 unspecified … 5 consumer. */
  kind: number;
  /** 0 unset, 1 ok, 2 error. */
  status: number;
  message?: string;
  start: number;
  duration: number;
  attributes: Attribute[];
  events?: SpanEvent[];
  links?: SpanLink[];
  /** Skeleton flags beyond what follows from the above. */
  flags?: number;
}

export interface MockTrace {
  traceId: string;
  /** Unix ns. */
  start: bigint;
  spans: MockSpan[];
  /** Trace flags of the skeleton. */
  flags: number;
}

export const attr = (key: string, value: string | number | boolean): Attribute => (
  typeof value === 'string' ? { key, type: 'string', value }
    : typeof value === 'boolean' ? { key, type: 'bool', value }
      : Number.isInteger(value) ? { key, type: 'int', value: String(value) } : { key, type: 'double', value }
);

/** A trace as rows in preorder, siblings by start; what the server computes from received spans. */
export interface Assembled {
  trace: MockTrace;
  rows: MockSpan[];
  parent: number[];
  subtree: number[];
  self: number[];
  flags: number[];
  duration: number;
  /** Sections of the critical path, in order of time; ns after the trace's start. */
  path?: { row: number; start: number; end: number }[];
  /** Starts by corrected clocks, where they differ from those received. */
  corrected?: number[];
}

export function assemble(trace: MockTrace): Assembled {
  const byId = new Map(trace.spans.map((s) => [s.spanId, s]));
  const children = new Map<string, MockSpan[]>();
  const roots: MockSpan[] = [];
  for (const s of trace.spans) {
    if (s.parentId !== null && byId.has(s.parentId)) {
      const list = children.get(s.parentId);
      if (list) list.push(s);
      else children.set(s.parentId, [s]);
    } else roots.push(s);
  }
  const byStart = (a: MockSpan, b: MockSpan) => a.start - b.start;
  for (const list of children.values()) list.sort(byStart);
  roots.sort(byStart);
  const rows: MockSpan[] = [];
  const parent: number[] = [];
  const stack: { span: MockSpan; parent: number }[] = roots.map((span) => ({ span, parent: -1 })).reverse();
  while (stack.length > 0) {
    const { span, parent: p } = stack.pop()!;
    const row = rows.push(span) - 1;
    parent.push(p);
    const list = children.get(span.spanId) ?? [];
    for (let i = list.length - 1; i >= 0; i--) stack.push({ span: list[i], parent: row });
  }
  const subtree = rows.map(() => 1);
  for (let i = rows.length - 1; i > 0; i--) if (parent[i] >= 0) subtree[parent[i]] += subtree[i];
  let traceFlags = trace.flags;
  const flags = rows.map((s) => {
    const missing = s.parentId !== null && !byId.has(s.parentId);
    if (missing) traceFlags |= 4;
    return (s.flags ?? 0) | (missing ? 2 : 0) | (s.events?.length ? 4 : 0) | (s.links?.length ? 8 : 0);
  });
  if (roots.length > 1) traceFlags |= 2;
  const self = rows.map((s, i) => {
    let covered = s.start;
    let own = 0;
    const end = s.start + s.duration;
    for (let k = i + 1; k < i + subtree[i]; k += subtree[k]) {
      if (rows[k].start > covered) own += Math.min(rows[k].start, end) - Math.min(covered, end);
      covered = Math.max(covered, rows[k].start + rows[k].duration);
    }
    return own + Math.max(0, end - covered);
  });
  const first = rows.reduce((m, s) => Math.min(m, s.start), Infinity);
  const last = rows.reduce((m, s) => Math.max(m, s.start + s.duration), 0);
  return { trace: { ...trace, flags: traceFlags }, rows, parent, subtree, self, flags, duration: rows.length > 0 ? last - first : 0 };
}
