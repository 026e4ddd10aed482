const NS = 1;
const US = 1e3;
const MS = 1e6;
const S = 1e9;
const MIN = 60 * S;
const HOUR = 60 * MIN;
const DAY = 24 * HOUR;

export interface Quantity {
  value: string;
  unit: string;
}

/** Three significant digits without trailing noise: 3.21, 41.2, 412. */
function three(x: number): string {
  if (x >= 99.95) return String(Math.round(x));
  if (x >= 9.995) return x.toFixed(1);
  return x.toFixed(2);
}

/** Nanoseconds as a number with its unit, three significant digits; two units from a minute on. */
export function splitDuration(ns: number): Quantity {
  if (!Number.isFinite(ns)) return { value: '–', unit: '' };
  if (ns < 0) {
    const q = splitDuration(-ns);
    return { value: `−${q.value}`, unit: q.unit };
  }
  if (ns === 0) return { value: '0', unit: 'ms' };
  if (ns < 999.5) return { value: String(Math.round(ns / NS)), unit: 'ns' };
  if (ns < 999.5 * US) return { value: three(ns / US), unit: 'µs' };
  if (ns < 999.5 * MS) return { value: three(ns / MS), unit: 'ms' };
  if (ns < 59.95 * S) return { value: three(ns / S), unit: 's' };
  if (ns < HOUR - 0.5 * S) {
    const s = Math.round(ns / S);
    return { value: `${Math.floor(s / 60)} min ${s % 60}`, unit: 's' };
  }
  if (ns < DAY - 30 * S) {
    const m = Math.round(ns / MIN);
    return { value: `${Math.floor(m / 60)} h ${m % 60}`, unit: 'min' };
  }
  const h = Math.round(ns / HOUR);
  return { value: `${Math.floor(h / 24)} d ${h % 24}`, unit: 'h' };
}

export function formatDuration(ns: number): string {
  const { value, unit } = splitDuration(ns);
  return unit === '' ? value : `${value} ${unit}`;
}

/** The server's own notation (`1.5s`, `200ms`, `10us`), exact enough to be typed back. */
export function toQueryDuration(ns: number): string {
  const r = (x: number) => String(Number(x.toPrecision(4)));
  if (ns >= S) return `${r(ns / S)}s`;
  if (ns >= MS) return `${r(ns / MS)}ms`;
  if (ns >= US) return `${r(ns / US)}us`;
  return `${Math.round(ns)}`;
}

const UNITS: Record<string, number> = { ns: NS, us: US, 'µs': US, 'μs': US, ms: MS, s: S, m: MIN, min: MIN, h: HOUR, d: DAY };

/** `1.5s`, `200 ms`, `1h2m`, plain nanoseconds; null where it is none of these. */
export function parseDuration(text: string): number | null {
  const t = text.trim().toLowerCase();
  if (t === '') return null;
  if (/^\d+$/.test(t)) return Number(t);
  const part = /\s*(\d+(?:\.\d+)?|\.\d+)\s*(ns|us|µs|μs|ms|min|s|m|h|d)/y;
  let at = 0;
  let sum = 0;
  while (at < t.length) {
    part.lastIndex = at;
    const m = part.exec(t);
    if (!m) return null;
    sum += Number(m[1]) * UNITS[m[2]];
    at = part.lastIndex;
  }
  return sum;
}

/** Steps for an axis of `span` ns with about `count` ticks: 1, 2, 5 × 10^k below a second, clock-like above a minute. */
export function tickStep(span: number, count: number): number {
  const raw = span / Math.max(1, count);
  if (raw > 30 * S) {
    for (const s of [60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400]) if (raw <= s * S) return s * S;
    return Math.ceil(raw / DAY) * DAY;
  }
  const pow = 10 ** Math.floor(Math.log10(Math.max(raw, 1e-3)));
  for (const m of [1, 2, 5, 10]) if (raw <= m * pow) return m * pow;
  return 10 * pow;
}

/** An axis label: as many digits as `step` needs to tell neighbours apart. */
export function formatTick(ns: number, step: number): string {
  if (ns === 0) return '0';
  const a = Math.abs(ns);
  const [unit, name] = a >= MIN && step >= S ? [MIN, 'min'] : a >= S ? [S, 's'] : a >= MS ? [MS, 'ms'] : a >= US ? [US, 'µs'] : [NS, 'ns'];
  if (unit === MIN) return formatDuration(ns);
  const digits = Math.min(9, Math.max(0, Math.ceil(-Math.log10(step / unit) - 1e-9)));
  return `${(ns / unit).toFixed(digits)} ${name}`;
}
