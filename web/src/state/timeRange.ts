/** The one time range of the product. Times are Unix ms. */
export type TimeRange =
  | { readonly kind: 'last'; readonly key: string; readonly ms: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'absolute'; readonly from: number; readonly to: number };

const MIN = 60_000;
export const RELATIVE: readonly { key: string; ms: number; label: string }[] = [
  { key: '5m', ms: 5 * MIN, label: 'Last 5 minutes' },
  { key: '15m', ms: 15 * MIN, label: 'Last 15 minutes' },
  { key: '1h', ms: 60 * MIN, label: 'Last hour' },
  { key: '6h', ms: 360 * MIN, label: 'Last 6 hours' },
  { key: '24h', ms: 1440 * MIN, label: 'Last 24 hours' },
  { key: '7d', ms: 10_080 * MIN, label: 'Last 7 days' },
];
export const DEFAULT_KEY = '15m';

const DAY_CENTURY = 8.64e15;

function instant(text: string | null): number | null {
  if (!text) return null;
  const ms = /^\d{1,16}$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isFinite(ms) && Math.abs(ms) <= DAY_CENTURY ? ms : null;
}

/** Reads `from`+`to` (RFC 3339 or Unix ms), else `range`; the default where neither is valid. */
export function readRange(p: URLSearchParams): TimeRange {
  const from = instant(p.get('from'));
  const to = instant(p.get('to'));
  if (from !== null && to !== null && to > from) return { kind: 'absolute', from, to };
  return readBaseRange(p);
}

/** The range without a narrower absolute one: what remains when a selection is cleared. */
export function readBaseRange(p: URLSearchParams): TimeRange {
  const key = p.get('range');
  if (key === 'all') return { kind: 'all' };
  const last = RELATIVE.find((r) => r.key === key) ?? RELATIVE.find((r) => r.key === DEFAULT_KEY)!;
  return { kind: 'last', key: last.key, ms: last.ms };
}

/** A copy of `p` with this range; the rest stays. An absolute range keeps `range`, so that clearing it goes back there. */
export function writeRange(p: URLSearchParams, r: TimeRange): URLSearchParams {
  const next = new URLSearchParams(p);
  next.delete('from');
  next.delete('to');
  if (r.kind === 'absolute') {
    next.set('from', new Date(r.from).toISOString());
    next.set('to', new Date(r.to).toISOString());
    return next;
  }
  next.delete('range');
  if (r.kind === 'all') next.set('range', 'all');
  else if (r.key !== DEFAULT_KEY) next.set('range', r.key);
  return next;
}

/** [from, to) in Unix ms at the moment `now`; undefined ends are open. */
export function resolveRange(r: TimeRange, now: number): { from?: number; to?: number } {
  if (r.kind === 'absolute') return { from: r.from, to: r.to };
  // A relative range has no end: clocks of senders that run ahead must not hide their traces.
  return r.kind === 'last' ? { from: now - r.ms } : {};
}
