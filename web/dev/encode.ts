import type { Assembled } from './model.ts';

const up8 = (n: number) => Math.ceil(n / 8) * 8;

/** The bytes of GET /traces/{id}/skeleton, written apart from the page's decoder so that each checks the other. */
export function encodeSkeleton(a: Assembled): ArrayBuffer {
  const n = a.rows.length;
  const strings = new Map<string, number>();
  const index = (s: string) => {
    let i = strings.get(s);
    if (i === undefined) strings.set(s, (i = strings.size));
    return i;
  };
  const names = a.rows.map((s) => index(s.name));
  const services = a.rows.map((s) => index(s.service));
  const utf8 = [...strings.keys()].map((s) => new TextEncoder().encode(s));
  const bytes = utf8.reduce((sum, b) => sum + b.length, 0);
  const path = a.path ?? [];
  const critical = a.rows.map((_, i) => path.filter((s) => s.row === i).reduce((sum, s) => sum + s.end - s.start, 0));
  const size = 64 + 4 * up8(8 * n) + 4 * up8(4 * n) + 3 * up8(n) + up8(4 * (utf8.length + 1)) + up8(bytes)
    + up8(8 * n) + 2 * up8(8 * path.length) + up8(4 * path.length) + (a.corrected ? up8(8 * n) : 0);
  const buffer = new ArrayBuffer(size);
  const v = new DataView(buffer);
  'CLSK'.split('').forEach((c, i) => v.setUint8(i, c.charCodeAt(0)));
  v.setUint16(4, 1, true);
  v.setUint16(6, a.trace.flags | (a.corrected ? 512 : 0), true);
  v.setUint32(8, n, true);
  v.setUint32(12, utf8.length, true);
  v.setUint32(16, bytes, true);
  v.setUint32(20, path.length, true);
  v.setBigInt64(24, a.trace.start, true);
  v.setBigInt64(32, BigInt(Math.round(a.duration)), true);
  for (let i = 0; i < 16; i++) v.setUint8(40 + i, Number.parseInt(a.trace.traceId.slice(i * 2, i * 2 + 2), 16));
  let at = 64;
  const column = (width: number, count: number, put: (where: number, i: number) => void) => {
    for (let i = 0; i < count; i++) put(at + i * width, i);
    at += up8(width * count);
  };
  column(8, n, (w, i) => v.setFloat64(w, a.rows[i].start, true));
  column(8, n, (w, i) => v.setFloat64(w, a.rows[i].duration, true));
  column(8, n, (w, i) => v.setFloat64(w, a.self[i], true));
  column(8, n, (w, i) => v.setBigUint64(w, BigInt(`0x${a.rows[i].spanId}`), false));
  column(4, n, (w, i) => v.setInt32(w, a.parent[i], true));
  column(4, n, (w, i) => v.setUint32(w, a.subtree[i], true));
  column(4, n, (w, i) => v.setUint32(w, names[i], true));
  column(4, n, (w, i) => v.setUint32(w, services[i], true));
  column(1, n, (w, i) => v.setUint8(w, a.rows[i].kind));
  column(1, n, (w, i) => v.setUint8(w, a.rows[i].status));
  column(1, n, (w, i) => v.setUint8(w, a.flags[i]));
  const offsets = [0];
  for (const b of utf8) offsets.push(offsets[offsets.length - 1] + b.length);
  column(4, offsets.length, (w, i) => v.setUint32(w, offsets[i], true));
  for (const b of utf8) {
    new Uint8Array(buffer, at, b.length).set(b);
    at += b.length;
  }
  at = up8(at);
  column(8, n, (w, i) => v.setFloat64(w, critical[i], true));
  column(8, path.length, (w, i) => v.setFloat64(w, path[i].start, true));
  column(8, path.length, (w, i) => v.setFloat64(w, path[i].end, true));
  column(4, path.length, (w, i) => v.setInt32(w, path[i].row, true));
  if (a.corrected) column(8, n, (w, i) => v.setFloat64(w, a.corrected![i], true));
  return buffer;
}
