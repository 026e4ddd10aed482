// The column format of GET /traces/{id}/skeleton. Keep in sync with docs/api/own.md.

export const TraceFlag = {
  open: 1, severalRoots: 2, missingParents: 4, storedIncomplete: 8, cyclesBroken: 16, conflicts: 32, clocksCorrected: 512, late: 1024,
  closedEarly: 2048, closedAtBound: 4096,
} as const;
export const SpanFlag = {
  endBeforeStart: 1, parentMissing: 2, events: 4, links: 8, conflict: 16, cycleBroken: 32, outsideParent: 64, clockCorrected: 128,
} as const;
export const STATUS_ERROR = 2;

const HEADER = 64;

/** Thrown where the bytes are not a skeleton; the message says what was found. */
export class SkeletonError extends Error {
  constructor(what: string) {
    super(`The trace's data cannot be read: ${what}.`);
    this.name = 'SkeletonError';
  }
}

/** One trace as columns: views over `buffer`, row i of every column is span i, parents before children. */
export interface Skeleton {
  readonly buffer: ArrayBuffer;
  readonly flags: number;
  readonly count: number;
  /** Unix ns. */
  readonly traceStart: bigint;
  /** ns, at least 0. */
  readonly traceDuration: number;
  readonly traceId: string;
  /** ns after the trace's start. By corrected clocks, where they were corrected; so are the trace's own start and duration. */
  readonly start: Float64Array;
  /** ns by which the span was moved from where it was received; null where no clock was corrected. */
  readonly moved: Float64Array | null;
  readonly duration: Float64Array;
  readonly selfTime: Float64Array;
  /** ns on the critical path. */
  readonly criticalTime: Float64Array;
  /** Sections of the critical path in order of time: row, and ns after the trace's start. */
  readonly pathSpan: Int32Array;
  readonly pathStart: Float64Array;
  readonly pathEnd: Float64Array;
  /** 8 bytes a span. */
  readonly spanIds: Uint8Array;
  readonly parent: Int32Array;
  readonly subtreeSize: Uint32Array;
  readonly name: Uint32Array;
  readonly service: Uint32Array;
  readonly kind: Uint8Array;
  readonly status: Uint8Array;
  readonly spanFlags: Uint8Array;
  readonly stringCount: number;
  string(index: number): string;
  /** Said beside the bytes: what of the trace cannot be read. */
  readonly partial?: string;
  /** Said beside the bytes: what came of it and when. */
  readonly remark?: string;
}

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

function hex(bytes: Uint8Array, from: number, to: number): string {
  let s = '';
  for (let i = from; i < to; i++) s += HEX[bytes[i]];
  return s;
}

/**
 * Reads a skeleton and checks all of it (lengths, tree, string indexes), so that later code may trust every index.
 * O(n) without allocation per span. Throws SkeletonError.
 */
export function decodeSkeleton(buffer: ArrayBuffer): Skeleton {
  if (buffer.byteLength < HEADER) throw new SkeletonError(`${buffer.byteLength} bytes are shorter than the header`);
  const head = new DataView(buffer, 0, HEADER);
  if (head.getUint32(0, false) !== 0x434c534b) throw new SkeletonError('it does not begin with CLSK');
  const version = head.getUint16(4, true);
  if (version !== 1) throw new SkeletonError(`version ${version} is not known to this page; reload it`);
  const n = head.getUint32(8, true);
  const s = head.getUint32(12, true);
  const b = head.getUint32(16, true);
  const k = head.getUint32(20, true);
  const corrected = (head.getUint16(6, true) & TraceFlag.clocksCorrected) !== 0;

  let at = HEADER;
  const column = (bytes: number): number => {
    const here = at;
    at += Math.ceil(bytes / 8) * 8;
    if (here + bytes > buffer.byteLength) {
      throw new SkeletonError(`${buffer.byteLength} bytes hold fewer than the ${n} spans they announce`);
    }
    return here;
  };

  const received = new Float64Array(buffer, column(n * 8), n);
  const duration = new Float64Array(buffer, column(n * 8), n);
  const selfTime = new Float64Array(buffer, column(n * 8), n);
  const spanIds = new Uint8Array(buffer, column(n * 8), n * 8);
  const parent = new Int32Array(buffer, column(n * 4), n);
  const subtreeSize = new Uint32Array(buffer, column(n * 4), n);
  const name = new Uint32Array(buffer, column(n * 4), n);
  const service = new Uint32Array(buffer, column(n * 4), n);
  const kind = new Uint8Array(buffer, column(n), n);
  const status = new Uint8Array(buffer, column(n), n);
  const spanFlags = new Uint8Array(buffer, column(n), n);
  const offsets = new Uint32Array(buffer, column((s + 1) * 4), s + 1);
  const bytes = new Uint8Array(buffer, column(b), b);
  const criticalTime = new Float64Array(buffer, column(n * 8), n);
  const sectionStart = new Float64Array(buffer, column(k * 8), k);
  const sectionEnd = new Float64Array(buffer, column(k * 8), k);
  const pathSpan = new Int32Array(buffer, column(k * 4), k);
  const correctedStart = corrected ? new Float64Array(buffer, column(n * 8), n) : null;

  for (let i = 0; i < n; i++) {
    const p = parent[i];
    const end = i + subtreeSize[i];
    if (subtreeSize[i] < 1 || end > n) throw new SkeletonError(`the subtree of row ${i} leaves the trace`);
    if (p < -1 || p >= i) throw new SkeletonError(`row ${i} comes before its parent`);
    if (p >= 0 && end > p + subtreeSize[p]) throw new SkeletonError(`row ${i} lies outside its parent's subtree`);
    if (name[i] >= s || service[i] >= s) throw new SkeletonError(`row ${i} names a string that is not there`);
    if (!(duration[i] >= 0) || !Number.isFinite(duration[i]) || !Number.isFinite(received[i]) || (correctedStart && !Number.isFinite(correctedStart[i]))) {
      throw new SkeletonError(`row ${i} has no valid time`);
    }
  }
  for (let i = 0; i < k; i++) {
    if (!(pathSpan[i] >= 0 && pathSpan[i] < n)) throw new SkeletonError(`section ${i} of the critical path names a row that is not there`);
    if (!Number.isFinite(sectionStart[i]) || !(sectionEnd[i] >= sectionStart[i])) throw new SkeletonError(`section ${i} of the critical path has no valid time`);
  }
  for (let i = 0; i < s; i++) if (offsets[i] > offsets[i + 1]) throw new SkeletonError('its strings overlap');
  if (offsets[s] > b) throw new SkeletonError('its strings are cut off');

  const strings: (string | undefined)[] = [];
  const utf8 = new TextDecoder();
  const id = new Uint8Array(buffer, 40, 16);
  const shown = correctedStart && n > 0
    ? moveTo(received, correctedStart, duration, sectionStart, sectionEnd)
    : { start: received, moved: null, pathStart: sectionStart, pathEnd: sectionEnd, offset: 0, duration: Math.max(0, Number(head.getBigInt64(32, true))) };

  return {
    buffer,
    flags: head.getUint16(6, true),
    count: n,
    traceStart: head.getBigInt64(24, true) + BigInt(Math.round(shown.offset)),
    traceDuration: shown.duration,
    traceId: hex(id, 0, 16),
    start: shown.start,
    moved: shown.moved,
    duration,
    selfTime,
    criticalTime,
    pathSpan,
    pathStart: shown.pathStart,
    pathEnd: shown.pathEnd,
    spanIds,
    parent,
    subtreeSize,
    name,
    service,
    kind,
    status,
    spanFlags,
    stringCount: s,
    string: (i) => (strings[i] ??= utf8.decode(bytes.subarray(offsets[i], offsets[i + 1]))),
  };
}

/** Counts times from the first span by corrected clocks, and says how long the trace lasted by them. */
function moveTo(received: Float64Array, corrected: Float64Array, duration: Float64Array, pathStart: Float64Array, pathEnd: Float64Array) {
  let first = Infinity;
  let last = -Infinity;
  for (let i = 0; i < corrected.length; i++) {
    first = Math.min(first, corrected[i]);
    last = Math.max(last, corrected[i] + duration[i]);
  }
  const from = (column: Float64Array) => column.map((time) => time - first);
  return {
    start: from(corrected),
    moved: corrected.map((time, i) => time - received[i]),
    pathStart: from(pathStart),
    pathEnd: from(pathEnd),
    offset: first,
    duration: last - first,
  };
}

/** The span id of a row as 16 hex digits. */
export const spanIdOf = (t: Skeleton, row: number): string => hex(t.spanIds, row * 8, row * 8 + 8);

const SPAN_ID = /^[0-9a-f]{16}$/;

/** The id's bytes as the 64-bit number that a little-endian view of the column shows. */
function columnKey(id: string): bigint {
  let swapped = '';
  for (let i = 14; i >= 0; i -= 2) swapped += id.slice(i, i + 2);
  return BigInt(`0x${swapped}`);
}

/** The first row with this id, −1 where there is none. */
export function rowOf(t: Skeleton, id: string): number {
  if (!SPAN_ID.test(id)) return -1;
  return new BigUint64Array(t.spanIds.buffer, t.spanIds.byteOffset, t.count).indexOf(columnKey(id));
}

/** Calls `found` with every row whose id is among `ids`, in row order. */
export function rowsOf(t: Skeleton, ids: Iterable<string>, found: (row: number) => void): void {
  const wanted = new Set<bigint>();
  for (const id of ids) if (SPAN_ID.test(id)) wanted.add(columnKey(id));
  if (wanted.size === 0) return;
  const keys = new BigUint64Array(t.spanIds.buffer, t.spanIds.byteOffset, t.count);
  for (let i = 0; i < keys.length; i++) if (wanted.has(keys[i])) found(i);
}

/** Whether two answers are the same; a quiet refresh then changes nothing. */
export const sameAnswer = (a: Skeleton, b: Skeleton): boolean => a.partial === b.partial && a.remark === b.remark && sameBytes(a.buffer, b.buffer);

/** Whether two answers are the same bytes. */
export function sameBytes(a: ArrayBuffer, b: ArrayBuffer): boolean {
  if (a.byteLength !== b.byteLength) return false;
  const words = Math.floor(a.byteLength / 4);
  const x = new Int32Array(a, 0, words);
  const y = new Int32Array(b, 0, words);
  for (let i = 0; i < words; i++) if (x[i] !== y[i]) return false;
  const p = new Uint8Array(a, words * 4);
  const q = new Uint8Array(b, words * 4);
  return p.every((v, i) => v === q[i]);
}
