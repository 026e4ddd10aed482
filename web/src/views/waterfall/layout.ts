import type { TraceModel } from './model.ts';

/** What the reader has closed and opened; one byte a row. */
export interface Openness {
  /** 1: the row's children are hidden. */
  readonly collapsed: Uint8Array;
  /** 1 at the head of a run: its members are shown one by one. */
  readonly unfolded: Uint8Array;
}

export const newOpenness = (n: number): Openness => ({ collapsed: new Uint8Array(n), unfolded: new Uint8Array(n) });

/** The lines to show, top to bottom: `rows[0..count)` ascending. A line may stand for a fold (see foldCount). */
export interface Lines {
  readonly rows: Int32Array;
  readonly count: number;
}

/**
 * Flattens the tree to lines. O(lines), since a collapsed subtree and a fold are skipped whole.
 * `into` is reused when it is large enough.
 */
export function flatten(m: TraceModel, open: Openness, into?: Int32Array): Lines {
  const n = m.skeleton.count;
  const rows = into && into.length >= n ? into : new Int32Array(n);
  const { subtreeSize } = m.skeleton;
  const { runLength } = m;
  const { collapsed, unfolded } = open;
  let count = 0;
  for (let i = 0; i < n; ) {
    rows[count++] = i;
    if (collapsed[i]) i += subtreeSize[i];
    else if (runLength[i] > 1 && !unfolded[i]) i += runLength[i];
    else i++;
  }
  return { rows, count };
}

/** How many spans the line of this row stands for: its fold's, or 1. */
export const foldCount = (m: TraceModel, open: Openness, row: number): number => (open.unfolded[row] ? 1 : m.runLength[row]);

/** The line that shows the row, or the one that hides it (its collapsed ancestor, its fold's head). O(log lines). */
export function lineOf(lines: Lines, row: number): number {
  let low = 0;
  let high = lines.count;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (lines.rows[mid] <= row) low = mid + 1;
    else high = mid;
  }
  return low - 1;
}

/** Opens whatever hides the row. Returns whether anything changed. */
export function openTo(m: TraceModel, open: Openness, row: number): boolean {
  let changed = false;
  for (let p = m.skeleton.parent[row]; p >= 0; p = m.skeleton.parent[p]) {
    if (open.collapsed[p]) {
      open.collapsed[p] = 0;
      changed = true;
    }
  }
  const head = m.runHead[row];
  if (head !== row && !open.unfolded[head]) {
    open.unfolded[head] = 1;
    changed = true;
  }
  return changed;
}

/** Shows rows down to `depth` (0: roots alone) and folds every run. */
export function collapseBelow(m: TraceModel, open: Openness, depth: number): void {
  const { subtreeSize } = m.skeleton;
  for (let i = 0; i < m.skeleton.count; i++) open.collapsed[i] = subtreeSize[i] > 1 && m.depth[i] >= depth ? 1 : 0;
  open.unfolded.fill(0);
}

/** Takes the openness over to a newer state of the trace by span id. Rows that share an id share their state. */
export function carryOver(from: TraceModel, open: Openness, to: TraceModel): Openness {
  const next = newOpenness(to.skeleton.count);
  const ids = from.skeleton.spanIds;
  const keys = new BigUint64Array(ids.buffer, ids.byteOffset, from.skeleton.count);
  const collapsed = new Set<bigint>();
  const unfolded = new Set<bigint>();
  for (let i = 0; i < keys.length; i++) {
    if (open.collapsed[i]) collapsed.add(keys[i]);
    // Every member, because a span that arrives late may become the new head.
    if (open.unfolded[from.runHead[i]]) unfolded.add(keys[i]);
  }
  if (collapsed.size === 0 && unfolded.size === 0) return next;
  const ids2 = to.skeleton.spanIds;
  const keys2 = new BigUint64Array(ids2.buffer, ids2.byteOffset, to.skeleton.count);
  for (let i = 0; i < keys2.length; i++) {
    if (collapsed.has(keys2[i]) && to.skeleton.subtreeSize[i] > 1) next.collapsed[i] = 1;
    if (unfolded.has(keys2[i])) next.unfolded[to.runHead[i]] = 1;
  }
  return next;
}

