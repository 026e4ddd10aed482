import { formatDuration } from '../../format/duration.ts';
import { formatClockShort, formatDay, type Zone } from '../../format/time.ts';
import { fitCanvas, FrameLoop, TextFitter } from '../canvas.ts';
import { onThemeChange, theme } from '../theme.ts';

/** One trace a point; all arrays have one length. */
export interface ScatterData {
  /** Unix ms. */
  readonly time: Float64Array;
  /** ns. */
  readonly duration: Float64Array;
  readonly failed: Uint8Array;
}

export interface ScatterFrame {
  /** Unix ms. */
  readonly from: number;
  readonly to: number;
  readonly zone: Zone;
  /** What is older than this was not loaded and is shown as unknown, not as empty. Unix ms; null: all is loaded. */
  readonly loadedFrom: number | null;
}

/** Time in Unix ms, durations in ns. */
export interface ScatterSelection {
  readonly from: number;
  readonly to: number;
  readonly minDuration: number;
  readonly maxDuration: number;
}

export interface ScatterEvents {
  /** Index of the point under the pointer, −1 for none, and where it is. */
  hover(index: number, x: number, y: number): void;
  open(index: number): void;
  select(s: ScatterSelection): void;
}

const LEFT = 56;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 22;
const REACH = 10;

/** Latency over time, one mark a trace; duration on a logarithmic axis, errors last and on top. */
export class ScatterView {
  private readonly host: HTMLElement;
  private readonly events: ScatterEvents;
  private readonly canvas = document.createElement('canvas');
  private readonly loop = new FrameLoop(() => this.paint());
  private readonly fit = new TextFitter();
  private readonly cleanup: (() => void)[] = [];
  private data: ScatterData = { time: new Float64Array(0), duration: new Float64Array(0), failed: new Uint8Array(0) };
  private frame: ScatterFrame = { from: 0, to: 1, zone: 'local', loadedFrom: null };
  private low = 1e6;
  private high = 1e9;
  private hovered = -1;
  private pointer: { x: number; y: number } | null = null;
  private drag: { x0: number; y0: number; x1: number; y1: number } | null = null;

  constructor(host: HTMLElement, events: ScatterEvents) {
    this.host = host;
    this.events = events;
    this.canvas.className = 'sc-canvas';
    this.canvas.setAttribute('aria-hidden', 'true');
    host.append(this.canvas);
    const resize = new ResizeObserver(() => this.loop.request());
    resize.observe(host);
    this.canvas.addEventListener('pointermove', (e) => this.onMove(e));
    this.canvas.addEventListener('pointerleave', () => {
      this.pointer = null;
      this.setHover(-1);
    });
    this.canvas.addEventListener('pointerdown', (e) => this.onDown(e));
    this.cleanup.push(() => resize.disconnect(), onThemeChange(() => this.loop.request()));
  }

  destroy(): void {
    this.loop.cancel();
    for (const f of this.cleanup) f();
    this.canvas.remove();
  }

  set(data: ScatterData, frame: ScatterFrame): void {
    this.data = data;
    this.frame = frame.to > frame.from ? frame : { ...frame, to: frame.from + 1 };
    let low = Infinity;
    let high = 0;
    for (const d of data.duration) {
      if (d > 0 && d < low) low = d;
      if (d > high) high = d;
    }
    if (high === 0) [low, high] = [1e6, 1e9];
    // Whole decades, two at least, so that the axis rests while data come and go.
    this.low = 10 ** Math.floor(Math.log10(low));
    this.high = 10 ** Math.ceil(Math.log10(high) + 1e-9);
    if (this.high / this.low < 100) this.low = this.high / 100;
    // The marks moved under a pointer that rests: what lies there now?
    this.hovered = -2;
    this.setHover(this.pointer && !this.drag ? this.nearest(this.pointer.x, this.pointer.y) : -1);
    this.loop.request();
  }

  private get width(): number {
    return Math.max(1, this.host.clientWidth - LEFT - RIGHT);
  }

  private get height(): number {
    return Math.max(1, this.host.clientHeight - TOP - BOTTOM);
  }

  private x(ms: number): number {
    return LEFT + ((ms - this.frame.from) / (this.frame.to - this.frame.from)) * this.width;
  }

  private y(ns: number): number {
    const share = Math.log(Math.max(ns, this.low) / this.low) / Math.log(this.high / this.low);
    return TOP + (1 - share) * this.height;
  }

  private timeAt(x: number): number {
    return this.frame.from + ((x - LEFT) / this.width) * (this.frame.to - this.frame.from);
  }

  private durationAt(y: number): number {
    return this.low * (this.high / this.low) ** (1 - (y - TOP) / this.height);
  }

  private paint(): void {
    const w = this.host.clientWidth;
    const h = this.host.clientHeight;
    if (w === 0) return;
    const th = theme();
    const c = fitCanvas(this.canvas, w, h);
    c.clearRect(0, 0, w, h);
    c.font = `11px ${th.fontText}`;
    c.textBaseline = 'middle';

    const unknown = this.frame.loadedFrom === null ? 0 : Math.min(this.width, this.x(this.frame.loadedFrom) - LEFT - 4);
    if (unknown > 2) {
      c.fillStyle = th.hover;
      c.fillRect(LEFT, TOP, unknown, this.height);
    }

    // Axes: one line a decade, times where there is room.
    c.textAlign = 'right';
    for (let d = this.low; d <= this.high * 1.0001; d *= 10) {
      const y = Math.round(this.y(d));
      c.fillStyle = th.hairline;
      c.fillRect(LEFT, y, this.width, 1);
      c.fillStyle = th.text2;
      c.fillText(axisDuration(d), LEFT - 8, y);
    }
    c.textAlign = 'center';
    const words = 'older traces not loaded';
    const wide = this.fit.width(c, words) + 12;
    if (wide < unknown) {
      // Its own ground, so that no axis line runs through the words.
      c.fillStyle = th.hover;
      c.fillRect(LEFT + (unknown - wide) / 2, TOP + this.height / 2 - 8, wide, 16);
      c.fillStyle = th.text2;
      c.fillText(words, LEFT + unknown / 2, TOP + this.height / 2);
    }
    const span = this.frame.to - this.frame.from;
    const step = timeStep(span / Math.max(2, Math.floor(this.width / 110)));
    const offset = this.frame.zone === 'local' ? new Date(this.frame.from).getTimezoneOffset() * 60_000 : 0;
    for (let t = Math.ceil((this.frame.from - offset) / step) * step + offset; t <= this.frame.to; t += step) {
      const x = Math.round(this.x(t));
      c.fillStyle = th.hairline;
      c.fillRect(x, TOP + this.height, 1, 4);
      const text = step >= 86_400_000 ? formatDay(t, this.frame.zone) : formatClockShort(t, this.frame.zone, step < 60_000);
      const half = this.fit.width(c, text) / 2;
      if (x - half < LEFT - 20 || x + half > w) continue;
      c.fillStyle = th.text2;
      c.fillText(text, x, h - 9);
    }

    // Marks: dots first, errors over them as crosses, so that shape says it as well as colour.
    const { time, duration, failed } = this.data;
    c.fillStyle = th.accent;
    c.globalAlpha = time.length > 1500 ? 0.35 : 0.55;
    for (let i = 0; i < time.length; i++) {
      if (failed[i] || time[i] < this.frame.from || time[i] > this.frame.to) continue;
      c.beginPath();
      c.arc(this.x(time[i]), this.y(duration[i]), 2.5, 0, Math.PI * 2);
      c.fill();
    }
    c.globalAlpha = 1;
    c.strokeStyle = th.error;
    c.lineWidth = 1.75;
    c.beginPath();
    for (let i = 0; i < time.length; i++) {
      if (!failed[i] || time[i] < this.frame.from || time[i] > this.frame.to) continue;
      const x = this.x(time[i]);
      const y = this.y(duration[i]);
      c.moveTo(x - 3, y - 3);
      c.lineTo(x + 3, y + 3);
      c.moveTo(x + 3, y - 3);
      c.lineTo(x - 3, y + 3);
    }
    c.stroke();

    if (this.hovered >= 0) {
      c.strokeStyle = th.text;
      c.lineWidth = 1.5;
      c.beginPath();
      c.arc(this.x(time[this.hovered]), this.y(duration[this.hovered]), 6, 0, Math.PI * 2);
      c.stroke();
    }
    if (this.drag) {
      const { x0, y0, x1, y1 } = this.drag;
      c.fillStyle = th.accent;
      c.globalAlpha = 0.12;
      c.fillRect(Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0));
      c.globalAlpha = 1;
      c.strokeStyle = th.accent;
      c.lineWidth = 1;
      c.strokeRect(Math.min(x0, x1) + 0.5, Math.min(y0, y1) + 0.5, Math.abs(x1 - x0), Math.abs(y1 - y0));
    }
  }

  private nearest(x: number, y: number): number {
    const { time, duration, failed } = this.data;
    let best = -1;
    let least = REACH * REACH;
    for (let i = 0; i < time.length; i++) {
      const dx = this.x(time[i]) - x;
      if (dx > REACH || dx < -REACH) continue;
      const dy = this.y(duration[i]) - y;
      const d = dx * dx + dy * dy - (failed[i] ? 4 : 0);
      if (d < least) {
        least = d;
        best = i;
      }
    }
    return best;
  }

  private setHover(index: number): void {
    if (index === this.hovered) return;
    this.hovered = index;
    this.canvas.style.cursor = index >= 0 ? 'pointer' : 'crosshair';
    const at = index >= 0;
    this.events.hover(index, at ? this.x(this.data.time[index]) : 0, at ? this.y(this.data.duration[index]) : 0);
    this.loop.request();
  }

  private onMove(e: PointerEvent): void {
    this.pointer = { x: e.offsetX, y: e.offsetY };
    if (!this.drag) this.setHover(this.nearest(e.offsetX, e.offsetY));
  }

  private onDown(e: PointerEvent): void {
    if (e.button !== 0 || e.pointerType === 'touch') {
      if (e.pointerType === 'touch') this.setHover(this.nearest(e.offsetX, e.offsetY));
      return;
    }
    e.preventDefault();
    const box = this.canvas.getBoundingClientRect();
    const inside = (ev: PointerEvent): [number, number] => [
      Math.min(Math.max(ev.clientX - box.left, LEFT), LEFT + this.width),
      Math.min(Math.max(ev.clientY - box.top, TOP), TOP + this.height),
    ];
    const [x0, y0] = inside(e);
    const move = (ev: PointerEvent) => {
      const [x1, y1] = inside(ev);
      if (!this.drag && Math.hypot(x1 - x0, y1 - y0) < 5) return;
      this.drag = { x0, y0, x1, y1 };
      this.setHover(-1);
      this.loop.request();
    };
    const finish = (done: boolean) => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', up);
      window.removeEventListener('pointercancel', cancel);
      window.removeEventListener('keydown', key, true);
      const d = this.drag;
      this.drag = null;
      this.loop.request();
      if (!done) return;
      if (!d) {
        // Looked up now: the data may have changed since the button went down.
        const hit = this.nearest(x0, y0);
        if (hit >= 0) this.events.open(hit);
        return;
      }
      this.events.select({
        from: this.timeAt(Math.min(d.x0, d.x1)),
        to: this.timeAt(Math.max(d.x0, d.x1)),
        minDuration: this.durationAt(Math.max(d.y0, d.y1)),
        maxDuration: this.durationAt(Math.min(d.y0, d.y1)),
      });
    };
    const up = () => finish(true);
    const cancel = () => finish(false);
    const key = (ev: KeyboardEvent) => {
      if (ev.key !== 'Escape') return;
      ev.stopPropagation();
      finish(false);
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', up);
    window.addEventListener('pointercancel', cancel);
    window.addEventListener('keydown', key, true);
  }
}

function axisDuration(ns: number): string {
  return formatDuration(ns).replace(/\.0+(?= )/, '').replace('1 min 40 s', '100 s').replace('16 min 40 s', '1,000 s');
}

function timeStep(raw: number): number {
  const s = 1000;
  for (const step of [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400]) {
    if (raw <= step * s) return step * s;
  }
  return Math.ceil(raw / 86_400_000) * 86_400_000;
}
