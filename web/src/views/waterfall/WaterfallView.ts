import { rowOf, spanIdOf } from '../../api/skeleton.ts';
import { fitCanvas, FrameLoop, TextFitter } from '../canvas.ts';
import { onThemeChange, theme } from '../theme.ts';
import { clampWindow, HEADER, indentOf, ROW, TIME_PAD, type TimeWindow, zoomAround } from './geometry.ts';
import { carryOver, collapseBelow, flatten, foldCount, type Lines, lineOf, newOpenness, type Openness, openTo } from './layout.ts';
import type { TraceModel } from './model.ts';
import { paintWaterfall } from './paint.ts';

export interface WaterfallEvents {
  /** The reader chose a row (click, keys). */
  select(row: number): void;
  /** The reader asks for a row's details. */
  open(row: number): void;
  /** The shown time changed. */
  window(w: TimeWindow): void;
  /** A row for assistive technology, with its place among the lines. */
  announce(row: number, line: number, lines: number, expanded: boolean | null): void;
  /** First paint of a new trace is done. */
  painted(): void;
}

export type WaterfallCommand =
  | 'up' | 'down' | 'pageUp' | 'pageDown' | 'first' | 'last' | 'close' | 'openOrDown' | 'open'
  | 'collapseAll' | 'expandAll' | 'zoomIn' | 'zoomOut' | 'fit' | 'panLeft' | 'panRight' | 'fitSelected';

/**
 * The waterfall: `host` scrolls; a spacer in it has the height of all lines and one sticky canvas paints those in view.
 * Owns what is open, the selection, the shown time and the hover; knows no framework. Everything it adds to `host` and
 * listens to is taken back by destroy().
 */
export class WaterfallView {
  private readonly host: HTMLElement;
  private readonly events: WaterfallEvents;
  private readonly canvas = document.createElement('canvas');
  private readonly spacer = document.createElement('div');
  private readonly loop = new FrameLoop(() => this.paint());
  private readonly fit = new TextFitter();
  private readonly cleanup: (() => void)[] = [];

  private model: TraceModel | null = null;
  private open: Openness = newOpenness(0);
  private lines: Lines = { rows: new Int32Array(0), count: 0 };
  private shown: TimeWindow = { from: 0, to: 1 };
  private treeWidth = 380;
  private selected = -1;
  private hovered = -1;
  private crosshair = -1;
  private matches: Uint8Array | null = null;
  private path = false;
  private labels: (string | undefined)[] = [];
  private width = 0;
  private height = 0;
  private fresh = false;

  constructor(host: HTMLElement, events: WaterfallEvents) {
    this.host = host;
    this.events = events;
    this.canvas.className = 'wf-canvas';
    this.spacer.className = 'wf-spacer';
    this.canvas.setAttribute('aria-hidden', 'true');
    this.spacer.setAttribute('aria-hidden', 'true');
    host.prepend(this.canvas, this.spacer);

    const resize = new ResizeObserver(() => this.measure());
    resize.observe(host);
    this.cleanup.push(() => resize.disconnect(), onThemeChange(() => this.loop.request()));
    this.listen(this.host, 'scroll', () => this.loop.request(), { passive: true });
    this.listen(this.canvas, 'wheel', (e) => this.onWheel(e as WheelEvent), { passive: false });
    this.listen(this.canvas, 'pointerdown', (e) => this.onPointerDown(e as PointerEvent));
    this.listen(this.canvas, 'pointermove', (e) => this.onHover(e as PointerEvent), { passive: true });
    this.listen(this.canvas, 'pointerleave', () => this.onLeave());
    this.listen(this.canvas, 'dblclick', (e) => this.onDoubleClick(e as MouseEvent));
    this.listen(host, 'focus', () => this.loop.request());
    this.listen(host, 'blur', () => this.loop.request());
    this.measure();
  }

  destroy(): void {
    this.loop.cancel();
    for (const f of this.cleanup) f();
    this.canvas.remove();
    this.spacer.remove();
  }

  /** Shows a trace. A newer state of the same trace keeps selection, place, zoom and what is open, by span id. */
  setTrace(model: TraceModel): void {
    const before = this.model;
    const same = before !== null && before.skeleton.traceId === model.skeleton.traceId;
    this.model = model;
    this.labels = [];
    const duration = Math.max(1, model.skeleton.traceDuration);
    if (!same) {
      this.open = newOpenness(model.skeleton.count);
      this.selected = -1;
      this.matches = null;
      this.relayout();
      this.shown = { from: 0, to: duration };
      this.host.scrollTop = 0;
      this.fresh = true;
    } else {
      const top = Math.floor(this.host.scrollTop / ROW);
      const within = this.host.scrollTop - top * ROW;
      const anchor = top < this.lines.count && top > 0 ? spanIdOf(before.skeleton, this.lines.rows[top]) : null;
      const selected = this.selected >= 0 ? spanIdOf(before.skeleton, this.selected) : null;
      const whole = this.shown.from <= 0 && this.shown.to >= Math.max(1, before.skeleton.traceDuration);
      const shift = Number(before.skeleton.traceStart - model.skeleton.traceStart);
      this.open = carryOver(before, this.open, model);
      this.matches = null;
      this.selected = selected === null ? -1 : rowOf(model.skeleton, selected);
      this.relayout();
      this.shown = whole ? { from: 0, to: duration } : clampWindow({ from: this.shown.from + shift, to: this.shown.to + shift }, duration);
      const row = anchor === null ? -1 : rowOf(model.skeleton, anchor);
      if (row >= 0) this.host.scrollTop = lineOf(this.lines, row) * ROW + within;
    }
    this.events.window(this.shown);
    this.loop.request();
  }

  setSelected(row: number): void {
    if (row === this.selected) return;
    this.selected = row;
    this.announce();
    this.loop.request();
  }

  setMatches(matches: Uint8Array | null): void {
    this.matches = matches;
    this.loop.request();
  }

  /** Whether what is not on the critical path is dimmed. */
  setPath(path: boolean): void {
    this.path = path;
    this.loop.request();
  }

  setWindow(w: TimeWindow): void {
    if (!this.model) return;
    this.shown = clampWindow(w, this.model.skeleton.traceDuration);
    this.events.window(this.shown);
    this.loop.request();
  }

  setTreeWidth(px: number): void {
    this.treeWidth = px;
    this.loop.request();
  }

  /** Opens whatever hides the row and brings it into view; moves nothing when it is there already. */
  reveal(row: number): void {
    if (!this.model || row < 0) return;
    if (openTo(this.model, this.open, row)) this.relayout();
    const y = lineOf(this.lines, row) * ROW;
    const room = this.height - HEADER;
    const top = this.host.scrollTop;
    if (y < top) this.host.scrollTop = Math.max(0, y - ROW * 2);
    else if (y + ROW > top + room) this.host.scrollTop = y + ROW * 3 - room;
    this.bringIntoTime(row);
    this.loop.request();
  }

  collapseToDepth(depth: number): void {
    if (!this.model) return;
    collapseBelow(this.model, this.open, depth);
    this.afterOpenness();
  }

  command(name: WaterfallCommand): void {
    const m = this.model;
    if (!m || m.skeleton.count === 0) return;
    const line = this.selected < 0 ? -1 : lineOf(this.lines, this.selected);
    const page = Math.max(1, Math.floor((this.height - HEADER) / ROW) - 2);
    const middle = (this.shown.from + this.shown.to) / 2;
    const size = this.shown.to - this.shown.from;
    const row = this.selected;
    switch (name) {
      case 'up': return this.goTo(Math.max(0, line - 1));
      case 'down': return this.goTo(line + 1);
      case 'pageUp': return this.goTo(Math.max(0, line - page));
      case 'pageDown': return this.goTo(line + page);
      case 'first': return this.goTo(0);
      case 'last': return this.goTo(this.lines.count - 1);
      case 'open': if (row >= 0) this.events.open(row); return;
      case 'close':
        if (row < 0) return;
        if (m.runHead[row] !== row || (m.runLength[row] > 1 && this.open.unfolded[row])) {
          this.open.unfolded[m.runHead[row]] = 0;
          this.choose(m.runHead[row]);
          return this.afterOpenness();
        }
        if (m.skeleton.subtreeSize[row] > 1 && !this.open.collapsed[row]) return this.toggle(row);
        if (m.skeleton.parent[row] >= 0) this.choose(m.skeleton.parent[row]);
        return;
      case 'openOrDown':
        if (row < 0) return this.goTo(0);
        if (this.open.collapsed[row] || foldCount(m, this.open, row) > 1) return this.toggle(row);
        if (m.skeleton.subtreeSize[row] > 1) this.goTo(line + 1);
        return;
      case 'collapseAll': return this.collapseToDepth(1);
      case 'expandAll':
        this.open.collapsed.fill(0);
        return this.afterOpenness();
      case 'zoomIn': return this.setWindow(zoomAround(this.shown, this.focusTime(middle), 0.6, m.skeleton.traceDuration));
      case 'zoomOut': return this.setWindow(zoomAround(this.shown, this.focusTime(middle), 1 / 0.6, m.skeleton.traceDuration));
      case 'panLeft': return this.setWindow({ from: this.shown.from - size / 5, to: this.shown.to - size / 5 });
      case 'panRight': return this.setWindow({ from: this.shown.from + size / 5, to: this.shown.to + size / 5 });
      case 'fit': return this.setWindow({ from: 0, to: Math.max(1, m.skeleton.traceDuration) });
      case 'fitSelected': if (row >= 0) this.fitRow(row); return;
    }
  }

  /** Where zooming by key should hold still: the selected span if it is in view. */
  private focusTime(middle: number): number {
    if (!this.model || this.selected < 0) return middle;
    const t = this.model.skeleton;
    const centre = t.start[this.selected] + t.duration[this.selected] / 2;
    return centre >= this.shown.from && centre <= this.shown.to ? centre : middle;
  }

  private bringIntoTime(row: number): void {
    const t = this.model!.skeleton;
    const begin = t.start[row];
    const end = begin + t.duration[row];
    if (end >= this.shown.from && begin <= this.shown.to) return;
    const size = this.shown.to - this.shown.from;
    const centre = (begin + end) / 2;
    this.setWindow({ from: centre - size / 2, to: centre + size / 2 });
  }

  private goTo(line: number): void {
    const at = Math.min(Math.max(0, line), this.lines.count - 1);
    if (at >= 0) this.choose(this.lines.rows[at]);
  }

  private choose(row: number): void {
    this.selected = row;
    this.reveal(row);
    this.announce();
    this.events.select(row);
  }

  private toggle(row: number): void {
    const m = this.model!;
    if (m.runLength[row] > 1) this.open.unfolded[row] ^= 1;
    else this.open.collapsed[row] ^= 1;
    this.afterOpenness();
  }

  /** After rows opened or closed: a selection that vanished goes to what hides it. */
  private afterOpenness(): void {
    this.relayout();
    if (this.selected >= 0) {
      const holder = this.lines.rows[lineOf(this.lines, this.selected)];
      if (holder !== this.selected) this.choose(holder);
    }
    this.announce();
    this.loop.request();
  }

  private relayout(): void {
    this.lines = flatten(this.model!, this.open, this.lines.rows);
    this.spacer.style.height = `${this.lines.count * ROW + HEADER + 12}px`;
  }

  private announce(): void {
    const m = this.model;
    if (!m || this.selected < 0) return;
    const line = lineOf(this.lines, this.selected);
    const row = this.lines.rows[line];
    const opens = m.skeleton.subtreeSize[row] > 1 || m.runLength[row] > 1;
    const expanded = opens ? !(this.open.collapsed[row] || foldCount(m, this.open, row) > 1) : null;
    this.events.announce(row, line, this.lines.count, expanded);
  }

  private measure(): void {
    const width = this.host.clientWidth;
    const height = this.host.clientHeight;
    if (width === this.width && height === this.height) return;
    this.width = width;
    this.height = height;
    this.loop.request();
  }

  private paint(): void {
    if (!this.model || this.width === 0) return;
    const width = this.host.clientWidth;
    const c = fitCanvas(this.canvas, width, this.height);
    paintWaterfall(c, {
      model: this.model, lines: this.lines, open: this.open, window: this.shown, width, height: this.height,
      treeWidth: this.treeWidth, scrollTop: this.host.scrollTop, selected: this.selected, hovered: this.hovered,
      path: this.path, matches: this.matches, crosshair: this.crosshair, focused: this.host.matches(':focus-visible'), labels: this.labels,
    }, theme(), this.fit);
    if (this.fresh) {
      this.fresh = false;
      this.events.painted();
    }
  }

  private timeWidth(): number {
    return Math.max(1, this.width - this.treeWidth - TIME_PAD);
  }

  private timeAt(x: number): number {
    return this.shown.from + ((x - this.treeWidth) / this.timeWidth()) * (this.shown.to - this.shown.from);
  }

  private lineAt(y: number): number {
    if (y < HEADER) return -1;
    const line = Math.floor((y - HEADER + this.host.scrollTop) / ROW);
    return line < this.lines.count ? line : -1;
  }

  private onWheel(e: WheelEvent): void {
    if (!this.model || e.offsetX < this.treeWidth || e.altKey) return;
    e.preventDefault();
    const size = this.shown.to - this.shown.from;
    const unit = e.deltaMode === 1 ? 16 : 1;
    const sideways = e.shiftKey ? e.deltaY || e.deltaX : e.deltaX;
    if (e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY)) {
      const by = ((sideways * unit) / this.timeWidth()) * size;
      this.setWindow({ from: this.shown.from + by, to: this.shown.to + by });
    } else {
      const factor = Math.exp(Math.max(-240, Math.min(240, e.deltaY * unit)) * 0.0022);
      this.setWindow(zoomAround(this.shown, this.timeAt(e.offsetX), factor, this.model.skeleton.traceDuration));
    }
  }

  private onHover(e: PointerEvent): void {
    if (e.pointerType === 'touch') return;
    const line = this.lineAt(e.offsetY);
    const cross = e.offsetX >= this.treeWidth ? e.offsetX - this.treeWidth : -1;
    if (line !== this.hovered || cross !== this.crosshair) {
      if (line !== this.hovered && this.model) {
        const t = this.model.skeleton;
        this.canvas.title = line >= 0 ? `${t.string(t.service[this.lines.rows[line]])} ${t.string(t.name[this.lines.rows[line]])}`.slice(0, 600) : '';
      }
      this.hovered = line;
      this.crosshair = cross;
      this.loop.request();
    }
  }

  private onLeave(): void {
    this.hovered = -1;
    this.crosshair = -1;
    this.loop.request();
  }

  private onPointerDown(e: PointerEvent): void {
    if (e.button !== 0 || !this.model) return;
    this.host.focus({ preventScroll: true });
    const startX = e.clientX;
    const startY = e.clientY;
    const from = this.shown;
    const top = this.host.scrollTop;
    const x = e.offsetX;
    const y = e.offsetY;
    const pans = x >= this.treeWidth && e.pointerType !== 'touch';
    let moved = false;
    const move = (ev: PointerEvent) => {
      const dx = ev.clientX - startX;
      const dy = ev.clientY - startY;
      if (!moved && Math.hypot(dx, dy) < 4) return;
      moved = true;
      if (!pans) return;
      this.canvas.classList.add('wf-dragging');
      const by = (dx / this.timeWidth()) * (from.to - from.from);
      this.setWindow({ from: from.from - by, to: from.to - by });
      this.host.scrollTop = top - dy;
    };
    const end = () => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', up);
      window.removeEventListener('pointercancel', end);
      this.canvas.classList.remove('wf-dragging');
    };
    const up = () => {
      end();
      if (!moved) this.onClick(x, y);
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', up);
    window.addEventListener('pointercancel', end);
  }

  private onClick(x: number, y: number): void {
    const line = this.lineAt(y);
    if (line < 0) return;
    const m = this.model!;
    const row = this.lines.rows[line];
    const left = indentOf(m.depth[row], this.treeWidth);
    const opens = m.skeleton.subtreeSize[row] > 1 || m.runLength[row] > 1;
    if (opens && x >= left - 4 && x < left + 16) return this.toggle(row);
    this.choose(row);
    this.events.open(row);
  }

  private onDoubleClick(e: MouseEvent): void {
    if (e.offsetX < this.treeWidth) return;
    const line = this.lineAt(e.offsetY);
    if (line < 0) return this.command('fit');
    this.fitRow(this.lines.rows[line]);
  }

  /** Fits the span's time; a span that is fitted already gives the whole trace back. */
  private fitRow(row: number): void {
    const m = this.model!;
    const t = m.skeleton;
    let end = t.start[row] + t.duration[row];
    for (let k = row + 1; k < row + foldCount(m, this.open, row); k++) end = Math.max(end, t.start[k] + t.duration[k]);
    const pad = Math.max(1, (end - t.start[row]) * 0.06);
    const next = clampWindow({ from: t.start[row] - pad, to: end + pad }, t.traceDuration);
    const fitted = Math.abs(next.from - this.shown.from) + Math.abs(next.to - this.shown.to) < (next.to - next.from) * 1e-3;
    if (fitted) this.command('fit');
    else this.setWindow(next);
  }

  private listen(target: EventTarget, type: string, f: (e: Event) => void, options?: AddEventListenerOptions): void {
    target.addEventListener(type, f, options);
    this.cleanup.push(() => target.removeEventListener(type, f, options));
  }
}
