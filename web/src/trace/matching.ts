import { rowsOf, spanIdOf, type Skeleton } from '../api/skeleton.ts';

/** 1 for every row whose service, name or span id contains the text, ignoring case. O(strings + rows). */
export function matchRows(t: Skeleton, text: string): Uint8Array {
  const needle = text.toLowerCase();
  const byString = new Uint8Array(t.stringCount);
  for (let i = 0; i < t.stringCount; i++) byString[i] = t.string(i).toLowerCase().includes(needle) ? 1 : 0;
  const hit = new Uint8Array(t.count);
  const maybeId = /^[0-9a-f]{4,16}$/.test(needle);
  for (let i = 0; i < t.count; i++) {
    hit[i] = byString[t.name[i]] | byString[t.service[i]];
    if (maybeId && !hit[i] && spanIdOf(t, i).includes(needle)) hit[i] = 1;
  }
  return hit;
}

/** A copy of `hit` with the rows of these span ids as well. */
export function withIds(t: Skeleton, hit: Uint8Array, ids: Iterable<string>): Uint8Array {
  const all = hit.slice();
  rowsOf(t, ids, (row) => {
    all[row] = 1;
  });
  return all;
}

/** The matching rows, ascending. */
export function rowsWhere(hit: Uint8Array): Int32Array {
  let n = 0;
  for (let i = 0; i < hit.length; i++) n += hit[i];
  const rows = new Int32Array(n);
  for (let i = 0, k = 0; i < hit.length; i++) if (hit[i]) rows[k++] = i;
  return rows;
}

/** The first of ascending `rows` after `from` (before it for −1), around the ends; −1 where there is none. */
export function stepThrough(rows: Int32Array, from: number, step: 1 | -1): number {
  if (rows.length === 0) return -1;
  if (step > 0) {
    for (const r of rows) if (r > from) return r;
    return rows[0];
  }
  for (let i = rows.length - 1; i >= 0; i--) if (from < 0 || rows[i] < from) return rows[i];
  return rows[rows.length - 1];
}
