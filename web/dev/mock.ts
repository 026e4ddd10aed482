import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'vite';
import { KINDS, STATUSES, type ServiceShare, type SpanDetail, type TraceSummary } from '../src/api/types.ts';
import { parseDuration } from '../src/format/duration.ts';
import { valueText } from '../src/trace/valueText.ts';
import { encodeSkeleton } from './encode.ts';
import { assemble, type Assembled, type MockSpan, type MockTrace } from './model.ts';
import { bigTrace, brokenTrace, hostileTrace, shopTrace } from './traces.ts';

/** Ids of the special traces. */
export const SPECIAL = {
  big50: '0000000000000000000000000000c350',
  big100: '000000000000000000000000000186a0',
  hostile: '00000000000000000000000000000bad',
  broken: '0000000000000000000000000000b20c',
};

const EVERY_MS = 1400;
const HISTORY_MS = 55 * 60_000;
const QUIET_MS = 4000;

/** The answers of docs/api/own.md from generated data that keeps arriving. CLEW_MOCK=empty: a store without a span. */
export function mockServer(): Plugin {
  const started = Date.now();
  const base = started - HISTORY_MS;
  const empty = process.env.CLEW_MOCK === 'empty';
  const ns = (ms: number) => BigInt(Math.round(ms)) * 1_000_000n;
  const cache = new Map<string, Assembled>();
  const startOf = (i: number) => base + i * EVERY_MS + ((i * 977) % 700);

  const special: Record<string, () => MockTrace> = {
    [SPECIAL.big50]: () => bigTrace(50_000, SPECIAL.big50, ns(started - 120_000)),
    [SPECIAL.big100]: () => bigTrace(100_000, SPECIAL.big100, ns(started - 180_000)),
    [SPECIAL.hostile]: () => hostileTrace(SPECIAL.hostile, ns(started - 30_000)),
    [SPECIAL.broken]: () => brokenTrace(SPECIAL.broken, ns(started - 60_000)),
  };
  const ids = new Map<string, number>();
  let known = 0;

  /** Trace `i` as far as it has arrived by now; null before its first span ends. */
  const shop = (i: number, now: number): Assembled | null => {
    const key = `shop${i}`;
    const done = cache.get(key);
    if (done) return done;
    const trace = shopTrace(i, ns(startOf(i)));
    const arrived = trace.spans.filter((s) => startOf(i) + (s.start + s.duration) / 1e6 <= now);
    if (arrived.length === 0) return null;
    const last = Math.max(...trace.spans.map((s) => startOf(i) + (s.start + s.duration) / 1e6));
    const closed = now > last + QUIET_MS;
    const a = assemble({ ...trace, spans: arrived, flags: closed ? 0 : 1 });
    if (closed) cache.set(key, a);
    return a;
  };
  const count = (now: number) => Math.max(0, Math.floor((now - base) / EVERY_MS));
  const find = (id: string): Assembled | null => {
    if (empty) return null;
    if (special[id]) {
      if (!cache.has(id)) cache.set(id, assemble(special[id]()));
      return cache.get(id)!;
    }
    const now = Date.now();
    for (; known < count(now); known++) ids.set(shopTrace(known, 0n).traceId, known);
    const i = ids.get(id);
    return i === undefined ? null : shop(i, now);
  };
  const all = (now: number): Assembled[] => {
    if (empty) return [];
    const list: Assembled[] = [];
    for (let i = count(now) - 1; i >= 0; i--) {
      const a = shop(i, now);
      if (a) list.push(a);
    }
    list.push(...[SPECIAL.hostile, SPECIAL.broken].map((id) => find(id)!));
    return list.sort((a, b) => (a.trace.start > b.trace.start ? -1 : a.trace.start < b.trace.start ? 1 : a.trace.traceId < b.trace.traceId ? -1 : 1));
  };

  return {
    name: 'clew-mock',
    configureServer: (server) => void server.middlewares.use(handle),
    configurePreviewServer: (server) => {
      server.middlewares.use((_req, res, next) => {
        res.setHeader('Content-Security-Policy', "default-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'");
        next();
      });
      server.middlewares.use(handle);
    },
  };

  function handle(req: IncomingMessage, res: ServerResponse, next: () => void): void {
    const url = new URL(req.url ?? '/', 'http://mock');
    if (!url.pathname.startsWith('/api/clew/v1/')) return next();
    const path = url.pathname.slice('/api/clew/v1'.length);
    const p = url.searchParams;
    const send = (body: unknown, status = 200) => {
      res.statusCode = status;
      res.setHeader('content-type', status === 200 ? 'application/json' : 'application/problem+json');
      res.end(JSON.stringify(body));
    };
    const missing = () => send({ title: 'Not found', status: 404, detail: 'No span of this trace is known.' }, 404);
    const now = Date.now();
    const one = /^\/traces\/([0-9a-f]{32})(?:\/(skeleton|search)|\/spans\/([0-9a-f]{16}))?$/.exec(path);
    if (path === '/status') return send(status(now));
    if (path === '/services') return send(services(now));
    if (path === '/operations') return send(operations(now, p.get('service')));
    if (path === '/search') return send(search(now, p));
    if (!one) return send({ title: 'Not found', status: 404, detail: `${path} is no address of the API` }, 404);
    const a = find(one[1]);
    if (!a) return missing();
    if (one[2] === 'skeleton') {
      res.setHeader('content-type', 'application/vnd.clew.skeleton');
      res.end(Buffer.from(encodeSkeleton(a)));
      return;
    }
    if (one[2] === 'search') {
      const q = (p.get('q') ?? '').toLowerCase();
      return send({ spanIds: a.rows.filter((s) => text(s).includes(q)).map((s) => s.spanId) });
    }
    if (one[3]) {
      const spans = a.rows.filter((s) => s.spanId === one[3]).map((s) => detail(a, s));
      return spans.length > 0 ? send({ spans }) : missing();
    }
    return send({ resourceSpans: [] });
  }

  function status(now: number) {
    const received = empty ? 0 : count(now) * 18;
    return {
      version: '0.1.0', started: new Date(started).toISOString(), health: { state: 'ok', messages: [] },
      endpoints: { otlpGrpc: '127.0.0.1:4317', otlpHttp: '127.0.0.1:4318', web: '127.0.0.1:4319', jaeger: '127.0.0.1:16686' },
      spans: { received, rejected: 0, stored: empty ? 0 : received - 40, open: empty ? 0 : 40 },
      storage: { directory: '/var/lib/clew', bytes: received * 40, segments: 3, journalBytes: 67_108_864 },
    };
  }

  function services(now: number) {
    const counts = new Map<string, number>();
    for (const a of all(now)) for (const s of a.rows) counts.set(s.service, (counts.get(s.service) ?? 0) + 1);
    return { services: [...counts].map(([name, spanCount]) => ({ name, spanCount })).sort((a, b) => (a.name < b.name ? -1 : 1)) };
  }

  function operations(now: number, service: string | null) {
    const counts = new Map<string, { name: string; kind: string; spanCount: number }>();
    for (const a of all(now)) {
      for (const s of a.rows) {
        if (service && s.service !== service) continue;
        const key = `${s.name}\u0000${s.kind}`;
        const o = counts.get(key) ?? { name: s.name, kind: KINDS[s.kind], spanCount: 0 };
        o.spanCount++;
        counts.set(key, o);
      }
    }
    return { operations: [...counts.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)) };
  }

  function search(now: number, p: URLSearchParams) {
    const from = p.get('from');
    const to = p.get('to');
    const limit = Math.min(1000, Number(p.get('limit') ?? 20));
    const min = parseDuration(p.get('minDuration') ?? '') ?? 0;
    const max = parseDuration(p.get('maxDuration') ?? '') ?? Infinity;
    const kind = p.get('kind');
    const wanted = p.get('status');
    const attrs = p.getAll('attr').map((a) => [a.slice(0, a.indexOf('=')), a.slice(a.indexOf('=') + 1)]);
    const holds = (a: Assembled, s: MockSpan, i: number) => {
      const at = a.trace.start + BigInt(Math.round(s.start));
      return (!p.get('service') || s.service === p.get('service')) && (!p.get('operation') || s.name === p.get('operation')) &&
        (!kind || KINDS[s.kind] === kind) && (!wanted || STATUSES[s.status] === wanted) && s.duration >= min && s.duration <= max &&
        (!from || at >= BigInt(from)) && (!to || at < BigInt(to)) && (p.get('root') !== 'true' || a.parent[i] < 0) &&
        attrs.every(([k, v]) => s.attributes.some((x) => x.key === k && valueText(x) === v));
    };
    const after = p.get('cursor');
    const found: TraceSummary[] = [];
    let total = 0;
    let skipping = after !== null;
    let next: string | undefined;
    for (const a of all(now)) {
      const matched = a.rows.filter((s, i) => holds(a, s, i)).length;
      if (matched === 0) continue;
      total++;
      if (skipping) {
        skipping = a.trace.traceId !== after;
        continue;
      }
      if (found.length < limit) found.push(summary(a, matched));
      else next ??= found[found.length - 1].traceId;
    }
    return { traces: found, next, total: p.get('total') === 'bound' ? { kind: total < 1000 ? 'exact' : 'bound', value: Math.min(total, 1000) } : { kind: 'none' }, stats: { spansScanned: 1, segmentsScanned: 1, milliseconds: 1 } };
  }
}

function text(s: MockSpan): string {
  return [s.name, s.service, s.message ?? '', ...s.attributes.flatMap((a) => [a.key, valueText(a).slice(0, 5000)])].join('\n').toLowerCase();
}

function summary(a: Assembled, matchedSpans: number): TraceSummary {
  const shares = new Map<string, { n: number; e: number; self: number }>();
  a.rows.forEach((s, i) => {
    const x = shares.get(s.service) ?? { n: 0, e: 0, self: 0 };
    x.n++;
    if (s.status === 2) x.e++;
    x.self += a.self[i];
    shares.set(s.service, x);
  });
  const services: ServiceShare[] = [...shares].map(([name, x]) => ({ name, spanCount: x.n, errorCount: x.e, selfTime: String(Math.round(x.self)), criticalTime: String(Math.round(x.self)) }))
    .sort((x, y) => Number(y.selfTime) - Number(x.selfTime));
  const root = a.rows.find((s) => s.parentId === null);
  return {
    traceId: a.trace.traceId, rootService: root?.service, rootName: root?.name, start: String(a.trace.start), duration: String(Math.round(a.duration)),
    spanCount: a.rows.length, errorCount: a.rows.filter((s) => s.status === 2).length, matchedSpans, complete: (a.trace.flags & 9) === 0, services,
  };
}

function detail(a: Assembled, s: MockSpan): SpanDetail {
  const start = a.trace.start + BigInt(Math.round(s.start));
  return {
    traceId: a.trace.traceId, spanId: s.spanId, parentSpanId: s.parentId ?? undefined, name: s.name, kind: KINDS[s.kind], service: s.service,
    start: String(start), end: String(start + BigInt(Math.round(s.duration))), duration: String(Math.round(s.duration)),
    status: { code: STATUSES[s.status], message: s.message }, flags: 257, attributes: s.attributes, droppedAttributesCount: s.service === 'many' ? 7 : 0,
    events: s.events ?? [], droppedEventsCount: 0, links: s.links ?? [], droppedLinksCount: 0,
    scope: { name: 'Shop.Instrumentation', version: '1.4.2', attributes: [], droppedAttributesCount: 0 },
    resource: {
      attributes: [
        { key: 'service.name', type: 'string', value: s.service }, { key: 'service.version', type: 'string', value: '1.4.2' },
        { key: 'host.name', type: 'string', value: 'shop-7f9c' }, { key: 'process.pid', type: 'int', value: '4711' },
        { key: 'telemetry.sdk.language', type: 'string', value: 'dotnet' }, { key: 'telemetry.sdk.name', type: 'string', value: 'opentelemetry' },
      ],
      droppedAttributesCount: 0, schemaUrl: 'https://opentelemetry.io/schemas/1.37.0',
    },
    notes: (s.flags ?? 0) & 1 ? ['end before start'] : undefined,
  };
}
