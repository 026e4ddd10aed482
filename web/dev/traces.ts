import { attr, type MockSpan, type MockTrace } from './model.ts';
import { hexOf, random } from './random.ts';

const MS = 1e6;
const SERVER = 2;
const CLIENT = 3;
const INTERNAL = 1;
const PRODUCER = 4;
const CONSUMER = 5;

/** Builds one trace top-down; a cursor per parent says where its next child begins. */
class Builder {
  readonly spans: MockSpan[] = [];
  private readonly r: () => number;
  constructor(r: () => number) {
    this.r = r;
  }

  /** About `ms` milliseconds, within a quarter. */
  about = (ms: number): number => ms * MS * (0.8 + this.r() * 0.5);

  add(parent: MockSpan | null, service: string, name: string, kind: number, start: number, duration: number, attributes = [attr('component', 'shop')]): MockSpan {
    const s: MockSpan = { spanId: hexOf(this.r, 16), parentId: parent?.spanId ?? null, service, name, kind, status: 0, start, duration, attributes };
    this.spans.push(s);
    return s;
  }

  /** A call over the wire: the client's span and the server's within it. Returns the server's. */
  call(parent: MockSpan, service: string, method: string, route: string, start: number, duration: number): MockSpan {
    const hop = Math.min(duration * 0.02, 1.5 * MS);
    const c = this.add(parent, parent.service, `${method} ${service}`, CLIENT, start, duration, [
      attr('http.request.method', method), attr('server.address', service), attr('server.port', 8080), attr('http.response.status_code', 200),
    ]);
    return this.add(c, service, `${method} ${route}`, SERVER, start + hop, duration - 2 * hop, [
      attr('http.request.method', method), attr('http.route', route), attr('http.response.status_code', 200),
      attr('url.path', route.replace(/\{.*?\}/g, String(Math.floor(this.r() * 9000)))), attr('service.version', '1.4.2'),
    ]);
  }

  db(parent: MockSpan, statement: string, start: number, duration: number): MockSpan {
    return this.add(parent, parent.service, statement.split(' ').slice(0, statement.startsWith('SELECT') ? 1 : 2).join(' ') + ' ' + (/(?:FROM|INTO|UPDATE) (\w+)/.exec(statement)?.[1] ?? ''), CLIENT, start, duration, [
      attr('db.system.name', 'postgresql'), attr('db.query.text', statement), attr('db.namespace', parent.service), attr('db.response.returned_rows', 1 + Math.floor(this.r() * 20)),
    ]);
  }

  grow(s: MockSpan, until: number): void {
    s.duration = Math.max(s.duration, until - s.start);
  }
}

function checkout(b: Builder, r: () => number): void {
  const root = b.add(null, 'storefront', 'POST /checkout', SERVER, 0, b.about(3050), [
    attr('http.request.method', 'POST'), attr('http.route', '/checkout'), attr('http.response.status_code', 200), attr('session.id', hexOf(r, 12)),
    attr('user.id', `u-${Math.floor(r() * 100000)}`), attr('order.id', `o-${hexOf(r, 10)}`), attr('order.value', Math.round(r() * 30000) / 100 + 0.01),
    attr('order.currency', 'EUR'), attr('cart.items', 3 + Math.floor(r() * 18)),
  ]);
  let at = 6 * MS;
  const step = (service: string, method: string, route: string, ms: number, inside?: (s: MockSpan) => void): MockSpan => {
    const d = b.about(ms);
    const s = b.call(root, service, method, route, at, d);
    inside?.(s);
    at += d + 2 * MS;
    return s;
  };
  step('auth', 'GET', '/session', 14, (s) => b.db(s, 'SELECT * FROM sessions WHERE id = $1', s.start + 2 * MS, 6 * MS));
  step('cart', 'GET', '/cart/{id}', 32, (s) => {
    b.db(s, 'SELECT * FROM carts WHERE id = $1', s.start + 3 * MS, 7 * MS);
    b.db(s, 'SELECT * FROM cart_items WHERE cart_id = $1', s.start + 12 * MS, 9 * MS);
  });
  step('pricing', 'GET', '/quote', 1830, (s) => {
    let t = s.start + 9 * MS;
    const third = (s.duration - 30 * MS) / 3;
    for (const partner of ['northwind', 'contoso', 'fabrikam']) {
      b.add(s, 'pricing', `GET ${partner}`, CLIENT, t, third - 4 * MS, [attr('http.request.method', 'GET'), attr('server.address', `${partner}.example`), attr('http.response.status_code', 200)]);
      t += third;
    }
  });
  step('inventory', 'POST', '/reservations', 610, (s) => {
    const items = 20;
    const each = (s.duration - 20 * MS) / items;
    for (let i = 0; i < items; i++) b.db(s, 'SELECT quantity FROM stock WHERE sku = $1', s.start + 8 * MS + i * each, each * 0.93);
  });
  step('order', 'POST', '/orders', 470, (s) => {
    b.add(s, 'order', 'load customer history', INTERNAL, s.start + 6 * MS, s.duration * 0.86).attributes.push(attr('rows.scanned', 184_320));
    b.db(s, 'SELECT * FROM orders WHERE customer = $1', s.start + 8 * MS, s.duration * 0.82);
    const insert = b.db(s, 'INSERT INTO orders VALUES ($1, $2, $3)', s.start + s.duration * 0.9, 12 * MS);
    const publish = b.add(s, 'order', 'orders publish', PRODUCER, insert.start + insert.duration + MS, 3 * MS, [attr('messaging.system', 'outbox'), attr('messaging.destination.name', 'orders')]);
    const ship = b.add(publish, 'shipping', 'orders process', CONSUMER, s.start + s.duration + 160 * MS, b.about(120));
    b.db(ship, 'INSERT INTO shipments VALUES ($1, $2)', ship.start + 20 * MS, 18 * MS);
    const mail = b.add(publish, 'notification', 'orders process', CONSUMER, s.start + s.duration + 210 * MS, b.about(80));
    mail.events = [];
  });
  const failed = r() < 0.06;
  const pay = step('payment', 'POST', '/charges', 160, (s) => {
    const fraud = b.call(s, 'fraud', 'POST', '/score', s.start + 8 * MS, 60 * MS);
    fraud.attributes.push(attr('fraud.score', Math.round(r() * 1000) / 1000));
    b.add(s, 'payment', 'POST acquirer', CLIENT, s.start + 72 * MS, s.duration - 90 * MS, [attr('server.address', 'acquirer.example')]);
  });
  b.grow(root, at + 8 * MS);
  if (failed) {
    for (const s of [pay, root]) {
      s.status = 2;
      s.message = s === pay ? 'The acquirer refused: insufficient funds' : 'Checkout failed: payment refused';
      s.attributes = s.attributes.map((a) => (a.key === 'http.response.status_code' ? attr(a.key, s === pay ? 402 : 502) : a));
    }
    pay.events = [{
      time: '', name: 'exception', attributes: [
        attr('exception.type', 'Shop.Payment.PaymentRefusedException'), attr('exception.message', 'insufficient funds'),
        attr('exception.stacktrace', 'at Shop.Payment.Charges.Post(ChargeRequest request)\n   at Shop.Http.Endpoint.Invoke(HttpContext context)\n   at System.Threading.Tasks.Task.Run()'),
      ],
    }];
  }
}

function browse(b: Builder, r: () => number): void {
  const which = r();
  if (which < 0.5) {
    const root = b.add(null, 'storefront', 'GET /products/{id}', SERVER, 0, b.about(48), [attr('http.request.method', 'GET'), attr('http.route', '/products/{id}'), attr('http.response.status_code', 200)]);
    const c = b.call(root, 'catalog', 'GET', '/products/{id}', 3 * MS, root.duration * 0.7);
    b.db(c, 'SELECT * FROM products WHERE id = $1', c.start + 2 * MS, c.duration * 0.6);
    return;
  }
  if (which < 0.8) {
    const slow = r() < 0.05 ? 12 : 1;
    const root = b.add(null, 'storefront', 'GET /search', SERVER, 0, b.about(140 * slow), [attr('http.request.method', 'GET'), attr('http.route', '/search'), attr('search.text', 'blue kettle')]);
    const c = b.call(root, 'catalog', 'GET', '/search', 5 * MS, root.duration * 0.85);
    b.db(c, 'SELECT id FROM products WHERE name ILIKE $1', c.start + 3 * MS, c.duration * 0.7);
    if (r() < 0.04) {
      for (const s of [root, c]) {
        s.status = 2;
        s.message = 'canceling statement due to statement timeout';
      }
    }
    return;
  }
  const root = b.add(null, 'storefront', 'POST /cart/items', SERVER, 0, b.about(70), [attr('http.request.method', 'POST'), attr('http.route', '/cart/items')]);
  b.call(root, 'auth', 'GET', '/session', 2 * MS, 11 * MS);
  const c = b.call(root, 'cart', 'POST', '/items', 15 * MS, root.duration - 20 * MS);
  b.db(c, 'INSERT INTO cart_items VALUES ($1, $2)', c.start + 4 * MS, 9 * MS);
}

/** The shop's trace number `i`, the same for every call. */
export function shopTrace(i: number, start: bigint): MockTrace {
  const r = random(i * 7919 + 17);
  const traceId = hexOf(r, 32);
  const b = new Builder(r);
  if (r() < 0.35) checkout(b, r);
  else browse(b, r);
  for (const s of b.spans) for (const e of s.events ?? []) e.time = String(start + BigInt(Math.round(s.start + s.duration * 0.8)));
  const consumer = b.spans.find((s) => s.kind === CONSUMER && s.service === 'shipping');
  if (consumer) {
    consumer.links = [{ traceId: hexOf(random(i * 7919 - 7919 * 3 + 17), 32), spanId: hexOf(r, 16), attributes: [attr('messaging.batch', true)] }];
  }
  return { traceId, start, spans: b.spans, flags: 0 };
}

/** A deep and wide trace of exactly `n` spans. */
export function bigTrace(n: number, traceId: string, start: bigint): MockTrace {
  const r = random(n);
  const services = ['gateway', 'orders', 'billing', 'search', 'ledger', 'index', 'queue', 'mailer', 'audit', 'rates', 'geo', 'cache', 'auth', 'quota'];
  const total = 40_000 * MS;
  const spans: MockSpan[] = [{ spanId: hexOf(r, 16), parentId: null, service: 'gateway', name: 'POST /import', kind: SERVER, status: 0, start: 0, duration: total, attributes: [attr('import.rows', n)] }];
  const open: { s: MockSpan; depth: number }[] = [{ s: spans[0], depth: 0 }];
  while (spans.length < n) {
    const { s: parent, depth } = open[Math.floor(r() * Math.min(open.length, 4000))];
    if (parent.duration < 2000) continue;
    if (r() < 0.2) {
      // A run that folds.
      const k = Math.min(n - spans.length, 4 + Math.floor(r() * 40));
      const each = parent.duration / (k + 1);
      for (let i = 0; i < k; i++) {
        spans.push({ spanId: hexOf(r, 16), parentId: parent.spanId, service: parent.service, name: 'SELECT rows', kind: CLIENT, status: r() < 0.0005 ? 2 : 0, start: parent.start + i * each, duration: each * 0.9, attributes: [attr('db.system.name', 'postgresql'), attr('row', i)] });
      }
      continue;
    }
    const service = r() < 0.5 ? parent.service : services[Math.floor(r() * services.length)];
    const s: MockSpan = {
      spanId: hexOf(r, 16), parentId: parent.spanId, service, name: `${['load', 'write', 'check', 'merge', 'emit'][Math.floor(r() * 5)]} ${['batch', 'row', 'page', 'chunk'][Math.floor(r() * 4)]}`,
      kind: 1 + Math.floor(r() * 3), status: r() < 0.002 ? 2 : 0, start: parent.start + r() * parent.duration * 0.6, duration: parent.duration * (0.05 + r() * 0.35),
      attributes: [attr('batch', spans.length)],
    };
    spans.push(s);
    if (depth < 40) open.push({ s, depth: depth + 1 });
  }
  return { traceId, start, spans, flags: 0 };
}

/** Names, values and counts that must neither harm nor break anything. */
export function hostileTrace(traceId: string, start: bigint): MockTrace {
  const r = random(666);
  const b = new Builder(r);
  const root = b.add(null, '<script>alert(1)</script>', '<img src=x onerror=alert(1)> POST /\u202etxt.exe', SERVER, 0, 900 * MS);
  root.attributes = [
    attr('<b>key</b>', '<script>document.title="owned"</script>'), attr('rtl', '\u202eevil\u202c and \u2067right to left\u2069'), attr('huge', 'x'.repeat(2_000_000)),
    attr('json', '{"a":[1,2,{"b":"c"}]}'), attr('newlines', 'one\ntwo\r\nthree'), attr('empty string', ''), { key: 'empty', type: 'empty' },
    { key: 'nan', type: 'double', value: 'NaN' }, { key: 'bytes', type: 'bytes', value: 'AAECAwQ=' }, attr('__proto__', 'polluted'), attr('constructor', 'x'),
    { key: 'array', type: 'array', value: [{ type: 'string', value: 'a' }, { type: 'int', value: '9007199254740993' }, { type: 'array', value: [{ type: 'bool', value: true }] }] },
    { key: 'map', type: 'map', value: [{ key: 'in<i>ner', type: 'string', value: 'v' }, { key: 'n', type: 'double', value: 1.5 }] },
    attr('k'.repeat(4000), 'long key'),
  ];
  const many = b.add(root, 'many', '5,000 attributes', INTERNAL, 10 * MS, 100 * MS);
  many.attributes = Array.from({ length: 5000 }, (_, i) => attr(`attribute.number.${i}`, i % 3 === 0 ? `value ${i}` : i));
  many.events = Array.from({ length: 1200 }, (_, i) => ({ time: String(start + BigInt(10 * MS + i * 50_000)), name: `event ${i}`, attributes: [attr('i', i)] }));
  many.links = [{ traceId: 'f'.repeat(32), spanId: '1'.repeat(16) }, { traceId, spanId: root.spanId }];
  b.add(root, 'n'.repeat(4000), 'a name of four thousand characters '.repeat(120), CLIENT, 120 * MS, 300 * MS).status = 2;
  b.add(root, 'שירות', 'טעינת עמוד 123 GET /דף', SERVER, 430 * MS, 200 * MS);
  b.add(root, '\u0000\u0007control', 'line\nbreak\ttab', INTERNAL, 640 * MS, 5 * MS);
  b.add(root, '', '', 0, 650 * MS, 0);
  b.add(root, '🦊 fox', '👩‍👩‍👧‍👦 family 日本語の名前', INTERNAL, 660 * MS, 40 * MS);
  let deep = b.add(root, 'deep', 'level 0', INTERNAL, 700 * MS, 190 * MS);
  for (let i = 1; i < 300; i++) deep = b.add(deep, i % 2 ? 'deep' : 'deeper', `level ${i}`, INTERNAL, 700 * MS + i * 1000, 190 * MS - i * 2000);
  return { traceId, start, spans: b.spans, flags: 0 };
}

/** Several roots, missing parents, a broken cycle, conflicting duplicates, an end before its start. */
export function brokenTrace(traceId: string, start: bigint): MockTrace {
  const r = random(13);
  const b = new Builder(r);
  const root = b.add(null, 'storefront', 'GET /orders', SERVER, 0, 240 * MS);
  b.call(root, 'order', 'GET', '/orders', 5 * MS, 180 * MS);
  for (let i = 0; i < 3; i++) b.add(root, 'order', 'orphan', SERVER, (30 + i * 20) * MS, 15 * MS).parentId = '00000000deadbee0';
  const second = b.add(null, 'cron', 'nightly', INTERNAL, 60 * MS, 90 * MS);
  b.add(second, 'cron', 'backwards', INTERNAL, 80 * MS, 0).flags = 1;
  b.add(null, 'ring', 'ouroboros', INTERNAL, 100 * MS, 30 * MS).flags = 32;
  const twin = b.add(root, 'cart', 'twin', CLIENT, 200 * MS, 20 * MS);
  twin.flags = 16;
  b.spans.push({ ...twin, name: 'other twin', duration: 25 * MS });
  return { traceId, start, spans: b.spans, flags: 8 | 16 | 32 };
}
