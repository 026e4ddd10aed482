import { STATUS_ERROR, type Skeleton } from '../../api/skeleton.ts';
import { serviceIndex } from '../palette.ts';

/** A fold stands for at least this many adjacent sibling leaves of one service and name. */
export const MIN_FOLD = 3;

/** A skeleton and the columns derived from it. Immutable; a refresh builds a new one. */
export interface TraceModel {
  readonly skeleton: Skeleton;
  readonly depth: Int32Array;
  /** First row of the run of foldable siblings that a row belongs to; the row itself where there is none. */
  readonly runHead: Int32Array;
  /** Length of the run that begins here; 1 elsewhere. */
  readonly runLength: Uint32Array;
  /** Palette index of each string that is a service; by string index. */
  readonly serviceColour: Uint8Array;
  readonly errorRows: Int32Array;
  /** String indexes of the services, in order of their first span. */
  readonly services: readonly number[];
  readonly rootRows: readonly number[];
  /** Sections of the critical path by row: those of row i are pathSections[pathFirst[i]] to before pathFirst[i + 1]. */
  readonly pathFirst: Uint32Array;
  readonly pathSections: Uint32Array;
}

/** O(n), no allocation per span. */
export function buildModel(t: Skeleton): TraceModel {
  const n = t.count;
  const { parent, subtreeSize, name, service, status } = t;
  const depth = new Int32Array(n);
  const runHead = new Int32Array(n);
  const runLength = new Uint32Array(n).fill(1);
  const seen = new Uint8Array(t.stringCount);
  const services: number[] = [];
  const rootRows: number[] = [];
  let errors = 0;

  for (let i = 0; i < n; i++) {
    depth[i] = parent[i] < 0 ? 0 : depth[parent[i]] + 1;
    if (parent[i] < 0) rootRows.push(i);
    if (status[i] === STATUS_ERROR) errors++;
    if (!seen[service[i]]) {
      seen[service[i]] = 1;
      services.push(service[i]);
    }
    runHead[i] = i;
  }

  // Runs: leaf rows that follow one another under one parent, same service, same name, and alike in failing, so that an
  // error never disappears among successes. In preorder the next sibling of a leaf is the next row.
  for (let i = 0; i < n; ) {
    let end = i + 1;
    if (subtreeSize[i] === 1 && parent[i] >= 0) {
      const failed = status[i] === STATUS_ERROR;
      while (
        end < n && subtreeSize[end] === 1 && parent[end] === parent[i] && name[end] === name[i] &&
        service[end] === service[i] && (status[end] === STATUS_ERROR) === failed
      ) end++;
      if (end - i >= MIN_FOLD) {
        runLength[i] = end - i;
        for (let k = i; k < end; k++) runHead[k] = i;
      }
    }
    i = end;
  }

  const errorRows = new Int32Array(errors);
  for (let i = 0, k = 0; i < n; i++) if (status[i] === STATUS_ERROR) errorRows[k++] = i;

  const serviceColour = new Uint8Array(t.stringCount);
  for (const s of services) serviceColour[s] = serviceIndex(t.string(s));

  const pathFirst = new Uint32Array(n + 1);
  const k = t.pathSpan.length;
  for (let i = 0; i < k; i++) pathFirst[t.pathSpan[i] + 1]++;
  for (let i = 0; i < n; i++) pathFirst[i + 1] += pathFirst[i];
  const pathSections = new Uint32Array(k);
  const next = pathFirst.slice();
  for (let i = 0; i < k; i++) pathSections[next[t.pathSpan[i]]++] = i;

  return { skeleton: t, depth, runHead, runLength, serviceColour, errorRows, services, rootRows, pathFirst, pathSections };
}

/** Whether any of `count` rows from this one on spends time on the critical path. */
export const isOnPath = (m: TraceModel, row: number, count: number): boolean => m.pathFirst[row + count] > m.pathFirst[row];

/** Whether a sibling follows the row. */
export function hasNextSibling(t: Skeleton, row: number): boolean {
  const next = row + t.subtreeSize[row];
  return next < t.count && t.parent[next] === t.parent[row];
}
