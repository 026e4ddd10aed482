export type Zone = 'local' | 'utc';

const two = (n: number) => String(n).padStart(2, '0');
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Nanoseconds (decimal string or bigint) to milliseconds, keeping the fraction. */
export function nsToMs(ns: string | bigint): number {
  const b = typeof ns === 'bigint' ? ns : toBigInt(ns);
  return Number(b / 1_000_000n) + Number(b % 1_000_000n) / 1e6;
}

/** A decimal string to bigint; 0 where it is none, because a broken number must not take the page down. */
export function toBigInt(s: string | undefined): bigint {
  return s !== undefined && /^-?\d+$/.test(s) ? BigInt(s) : 0n;
}

export const toNumber = (s: string | undefined): number => (s === undefined ? 0 : Number(s) || 0);

interface Parts { y: number; mo: number; d: number; h: number; mi: number; s: number; ms: number }

function parts(ms: number, zone: Zone): Parts | null {
  const t = new Date(ms);
  if (Number.isNaN(t.getTime())) return null;
  return zone === 'utc'
    ? { y: t.getUTCFullYear(), mo: t.getUTCMonth(), d: t.getUTCDate(), h: t.getUTCHours(), mi: t.getUTCMinutes(), s: t.getUTCSeconds(), ms: t.getUTCMilliseconds() }
    : { y: t.getFullYear(), mo: t.getMonth(), d: t.getDate(), h: t.getHours(), mi: t.getMinutes(), s: t.getSeconds(), ms: t.getMilliseconds() };
}

/** 14:03:22.118 */
export function formatClock(ms: number, zone: Zone): string {
  const p = parts(ms, zone);
  return p ? `${two(p.h)}:${two(p.mi)}:${two(p.s)}.${String(p.ms).padStart(3, '0')}` : '–';
}

/** 14:03:22 or 14:03 */
export function formatClockShort(ms: number, zone: Zone, seconds: boolean): string {
  const p = parts(ms, zone);
  return p ? `${two(p.h)}:${two(p.mi)}${seconds ? `:${two(p.s)}` : ''}` : '–';
}

/** 20 Nov */
export function formatDay(ms: number, zone: Zone): string {
  const p = parts(ms, zone);
  return p ? `${p.d} ${MONTHS[p.mo]}` : '–';
}

/** 20 Nov 2026 14:03:22.118 */
export function formatDateTime(ms: number, zone: Zone): string {
  const p = parts(ms, zone);
  return p ? `${p.d} ${MONTHS[p.mo]} ${p.y} ${formatClock(ms, zone)}` : '–';
}

/** Whether both instants fall on one calendar day of the zone. */
export function sameDay(a: number, b: number, zone: Zone): boolean {
  const p = parts(a, zone);
  const q = parts(b, zone);
  return p !== null && q !== null && p.y === q.y && p.mo === q.mo && p.d === q.d;
}

/** Nanoseconds since the epoch as RFC 3339 in UTC with all nine digits. */
export function formatExact(ns: bigint): string {
  const ms = ns / 1_000_000n;
  const t = new Date(Number(ms));
  if (Number.isNaN(t.getTime())) return `${ns} ns`;
  const frac = (((ns % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n).toString().padStart(9, '0');
  return t.toISOString().replace(/\.\d+Z$/, `.${frac}Z`);
}

/** A value of `<input type=datetime-local>` in the zone. */
export function toInputValue(ms: number, zone: Zone): string {
  const p = parts(ms, zone);
  return p ? `${p.y}-${two(p.mo + 1)}-${two(p.d)}T${two(p.h)}:${two(p.mi)}:${two(p.s)}` : '';
}

export function fromInputValue(text: string, zone: Zone): number | null {
  if (!text) return null;
  const ms = Date.parse(zone === 'utc' ? `${text}Z` : text);
  return Number.isNaN(ms) ? null : ms;
}
