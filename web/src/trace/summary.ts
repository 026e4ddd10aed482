import { SpanFlag, TraceFlag } from '../api/skeleton.ts';
import { formatDuration } from '../format/duration.ts';
import { plural } from '../format/number.ts';
import type { TraceModel } from '../views/waterfall/model.ts';

/** A service, or an operation of one, with the self time of its spans. */
export interface SelfTime {
  /** Row of its span with the most self time. */
  readonly row: number;
  readonly service: string;
  readonly name: string;
  /** ns, summed over its spans; spans that ran side by side count each. */
  readonly selfTime: number;
  readonly spans: number;
}

interface Sum {
  sum: number;
  spans: number;
  row: number;
}

/** Sums the server's self times; the service and the operation with most, null where no span has any. */
export function mostSelfTime(m: TraceModel): { service: SelfTime; operation: SelfTime } | null {
  const t = m.skeleton;
  const operations = new Map<number, Sum>();
  const services = new Map<number, Sum>();
  const add = (sums: Map<number, Sum>, key: number, row: number) => {
    let s = sums.get(key);
    if (!s) sums.set(key, (s = { sum: 0, spans: 0, row }));
    s.sum += t.selfTime[row];
    s.spans++;
    if (t.selfTime[row] > t.selfTime[s.row]) s.row = row;
  };
  for (let i = 0; i < t.count; i++) {
    add(services, t.service[i], i);
    // Both indexes fit: string counts are far below 2^26 wherever a trace fits into a browser.
    add(operations, t.service[i] * 0x4000000 + t.name[i], i);
  }
  const most = (sums: Map<number, Sum>): SelfTime | null => {
    let best: Sum | null = null;
    for (const s of sums.values()) if (s.sum > 0 && (best === null || s.sum > best.sum)) best = s;
    return best && { row: best.row, service: t.string(t.service[best.row]), name: t.string(t.name[best.row]), selfTime: best.sum, spans: best.spans };
  };
  const service = most(services);
  const operation = most(operations);
  return service && operation && { service, operation };
}

export interface Note {
  readonly kind: 'info' | 'warn';
  readonly text: string;
  /** A row to look at; −1 where there is none. */
  readonly row: number;
}

/** What is not whole about a trace, in words and with the number. */
export function notesOf(m: TraceModel): Note[] {
  const t = m.skeleton;
  const notes: Note[] = [];
  const count = (flag: number): [number, number] => {
    let n = 0;
    let first = -1;
    for (let i = 0; i < t.count; i++) {
      if (!(t.spanFlags[i] & flag)) continue;
      if (n++ === 0) first = i;
    }
    return [n, first];
  };
  const has = (flag: number) => (t.flags & flag) !== 0;

  if (t.partial) notes.push({ kind: 'warn', row: -1, text: t.partial });
  if (has(TraceFlag.open)) notes.push({ kind: 'info', row: -1, text: 'This trace is still open: spans may still come, and the page takes them in by itself.' });
  if (has(TraceFlag.storedIncomplete)) notes.push({ kind: 'warn', row: -1, text: 'Stored incomplete: the trace was closed before its root arrived, or before it had gone quiet.' });
  if (has(TraceFlag.missingParents)) {
    const [n, row] = count(SpanFlag.parentMissing);
    notes.push({ kind: 'warn', row, text: `${plural(n, 'span names a parent', 'spans name parents')} that never arrived; ${n === 1 ? 'it is' : 'they are'} shown without one.` });
  }
  if (has(TraceFlag.severalRoots)) notes.push({ kind: 'info', row: m.rootRows[1] ?? -1, text: `There are ${plural(m.rootRows.length, 'root')}; the picture begins with the earliest span of all.` });
  if (has(TraceFlag.cyclesBroken)) {
    const [n, row] = count(SpanFlag.cycleBroken);
    notes.push({ kind: 'warn', row, text: `Spans named each other as parents in a circle; it was broken at ${plural(n, 'span')}.` });
  }
  if (has(TraceFlag.conflicts)) {
    const [n, row] = count(SpanFlag.conflict);
    notes.push({ kind: 'warn', row, text: `${plural(n, 'span')} share an id with another but differ in content; all are shown.` });
  }
  const [backwards, backRow] = count(SpanFlag.endBeforeStart);
  if (backwards > 0) notes.push({ kind: 'warn', row: backRow, text: `${plural(backwards, 'span ends', 'spans end')} before ${backwards === 1 ? 'its' : 'their'} start; ${backwards === 1 ? 'it is' : 'they are'} shown with no duration.` });
  if (t.moved !== null) {
    let most = 0;
    let row = -1;
    let n = 0;
    t.moved.forEach((by, i) => {
      if (by === 0) return;
      n++;
      if (Math.abs(by) > Math.abs(most)) [most, row] = [by, i];
    });
    notes.push({
      kind: 'warn', row,
      text: `Clocks differ: ${plural(n, 'span')} came from hosts whose clock is up to ${formatDuration(Math.abs(most))} ${most < 0 ? 'ahead' : 'behind'}; ${n === 1 ? 'it is' : 'they are'} shown where the calls around ${n === 1 ? 'it' : 'them'} say.`,
    });
  }
  const [outside, outsideRow] = count(SpanFlag.outsideParent);
  if (outside > 0) notes.push({ kind: 'info', row: outsideRow, text: `${plural(outside, 'span begins', 'spans begin')} before ${outside === 1 ? 'its' : 'their'} parent, or ${outside === 1 ? 'ends' : 'end'} after it.` });
  if (has(TraceFlag.late)) notes.push({ kind: 'info', row: -1, text: t.remark ?? 'Some spans came after the trace had been closed.' });
  if (has(TraceFlag.closedEarly)) notes.push({ kind: 'info', row: -1, text: 'It was closed before it had gone quiet, for want of memory.' });
  if (has(TraceFlag.closedAtBound)) notes.push({ kind: 'info', row: -1, text: "It was closed at the bound of a trace's age or size." });
  return notes;
}
