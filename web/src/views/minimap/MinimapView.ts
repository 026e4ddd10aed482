import { STATUS_ERROR } from '../../api/skeleton.ts';
import { fitCanvas, FrameLoop } from '../canvas.ts';
import { onThemeChange, theme } from '../theme.ts';
import { clampWindow, type TimeWindow } from '../waterfall/geometry.ts';
import type { TraceModel } from '../waterfall/model.ts';

const HANDLE = 7;

/**
 * The whole trace in one strip; the shown time is a window on it that can be dragged, stretched or drawn anew.
 * The spans are painted once per trace, size and theme to a picture of their own; a frame copies it and adds the window.
 */
export class MinimapView {
  private readonly host: HTMLElement;
  private readonly change: (w: TimeWindow) => void;
  private readonly canvas = document.createElement('canvas');
  private readonly picture = document.createElement('canvas');
  private readonly loop = new FrameLoop(() => this.paint());
  private readonly cleanup: (() => void)[] = [];
  private model: TraceModel | null = null;
  private matches: Uint8Array | null = null;
  private shown: TimeWindow = { from: 0, to: 1 };
  private stale = true;

  constructor(host: HTMLElement, change: (w: TimeWindow) => void) {
    this.host = host;
    this.change = change;
    this.canvas.className = 'mm-canvas';
    this.canvas.setAttribute('aria-hidden', 'true');
    host.append(this.canvas);
    const resize = new ResizeObserver(() => this.repaint());
    resize.observe(host);
    const down = (e: PointerEvent) => this.onPointerDown(e);
    const hover = (e: PointerEvent) => {
      if (!this.model) return;
      const [a, b] = this.edges();
      const x = e.offsetX;
      const near = Math.abs(x - a) < HANDLE || Math.abs(x - b) < HANDLE;
      this.canvas.style.cursor = near ? 'ew-resize' : x > a && x < b && !this.isWhole() ? 'grab' : 'crosshair';
    };
    const twice = () => this.model && this.change({ from: 0, to: Math.max(1, this.model.skeleton.traceDuration) });
    this.canvas.addEventListener('pointerdown', down);
    this.canvas.addEventListener('pointermove', hover);
    this.canvas.addEventListener('dblclick', twice);
    this.cleanup.push(() => resize.disconnect(), onThemeChange(() => this.repaint()));
  }

  destroy(): void {
    this.loop.cancel();
    for (const f of this.cleanup) f();
    this.canvas.remove();
  }

  setTrace(model: TraceModel): void {
    this.model = model;
    this.matches = null;
    this.repaint();
  }

  setMatches(matches: Uint8Array | null): void {
    this.matches = matches;
    this.repaint();
  }

  setWindow(w: TimeWindow): void {
    this.shown = w;
    this.loop.request();
  }

  private repaint(): void {
    this.stale = true;
    this.loop.request();
  }

  private isWhole(): boolean {
    return this.shown.from <= 0 && this.shown.to >= Math.max(1, this.model!.skeleton.traceDuration);
  }

  private edges(): [number, number] {
    const per = this.host.clientWidth / Math.max(1, this.model!.skeleton.traceDuration);
    return [this.shown.from * per, this.shown.to * per];
  }

  private paint(): void {
    if (!this.model) return;
    const width = this.host.clientWidth;
    const height = this.host.clientHeight;
    if (width === 0) return;
    const th = theme();
    if (this.stale) {
      this.paintSpans(fitCanvas(this.picture, width, height), width, height);
      this.stale = false;
    }
    const c = fitCanvas(this.canvas, width, height);
    c.clearRect(0, 0, width, height);
    c.drawImage(this.picture, 0, 0, width, height);
    if (this.isWhole()) return;
    const [a, b] = this.edges();
    c.fillStyle = th.surface;
    c.globalAlpha = 0.72;
    c.fillRect(0, 0, a, height);
    c.fillRect(b, 0, width - b, height);
    c.globalAlpha = 1;
    c.strokeStyle = th.accent;
    c.lineWidth = 1;
    c.strokeRect(Math.round(a) + 0.5, 0.5, Math.max(2, Math.round(b - a) - 1), height - 1);
    c.fillStyle = th.accent;
    c.fillRect(a - 1, height / 2 - 8, 3, 16);
    c.fillRect(b - 2, height / 2 - 8, 3, 16);
  }

  /** One pass over all rows; a rectangle that falls into pixels painted already on its line is skipped. */
  private paintSpans(c: CanvasRenderingContext2D, width: number, height: number): void {
    const th = theme();
    const { skeleton: t, serviceColour } = this.model!;
    c.clearRect(0, 0, width, height);
    c.fillStyle = th.hover;
    c.fillRect(0, 0, width, height);
    const n = t.count;
    if (n === 0) return;
    const per = width / Math.max(1, t.traceDuration);
    const room = height - 8;
    const thick = Math.min(4, Math.max(1, room / n));
    const lines = Math.ceil(room) + 1;
    // The interval painted on each line; another one that only adds a gap's far side starts it anew.
    const low = new Float64Array(lines).fill(1);
    const high = new Float64Array(lines).fill(-1);
    let colour = -1;
    for (let i = 0; i < n; i++) {
      const y = n * 4 <= room ? 4 + i * 4 : 4 + (i * (room - thick)) / n;
      const a = t.start[i] * per;
      const b = Math.max(a + 1, (t.start[i] + t.duration[i]) * per);
      const line = Math.floor(y - 4);
      if (a >= low[line] - 0.5 && b <= high[line] + 0.5) continue;
      if (a <= high[line] && b >= low[line]) {
        low[line] = Math.min(low[line], a);
        high[line] = Math.max(high[line], b);
      } else {
        low[line] = a;
        high[line] = b;
      }
      if (serviceColour[t.service[i]] !== colour) {
        colour = serviceColour[t.service[i]];
        c.fillStyle = th.services[colour];
      }
      c.fillRect(a, y, b - a, thick);
    }
    // Errors and matches last, so that nothing hides them: ticks along the bottom and the top.
    c.fillStyle = th.error;
    const marked = new Uint8Array(Math.ceil(width) + 1);
    for (const i of this.model!.errorRows) {
      if (t.status[i] !== STATUS_ERROR) continue;
      const a = Math.floor(t.start[i] * per);
      if (marked[Math.min(a, marked.length - 1)]) continue;
      marked[Math.min(a, marked.length - 1)] = 1;
      c.fillRect(a, height - 5, 3, 5);
    }
    if (this.matches) {
      c.fillStyle = th.accent;
      marked.fill(0);
      for (let i = 0; i < n; i++) {
        if (!this.matches[i]) continue;
        const a = Math.floor(t.start[i] * per);
        if (marked[Math.min(a, marked.length - 1)]) continue;
        marked[Math.min(a, marked.length - 1)] = 1;
        c.fillRect(a, 0, 2, 4);
      }
    }
  }

  private onPointerDown(e: PointerEvent): void {
    if (e.button !== 0 || !this.model) return;
    e.preventDefault();
    const whole = Math.max(1, this.model.skeleton.traceDuration);
    const per = whole / Math.max(1, this.host.clientWidth);
    const [a, b] = this.edges();
    const x = e.offsetX;
    const start = this.shown;
    const grip = Math.abs(x - a) < HANDLE && !this.isWhole() ? 'from'
      : Math.abs(x - b) < HANDLE && !this.isWhole() ? 'to'
      : x > a && x < b && !this.isWhole() ? 'move' : 'draw';
    const x0 = e.clientX;
    const at = x * per;
    const move = (ev: PointerEvent) => {
      const d = (ev.clientX - x0) * per;
      let w: TimeWindow;
      if (grip === 'from') w = { from: Math.min(start.from + d, start.to - per), to: start.to };
      else if (grip === 'to') w = { from: start.from, to: Math.max(start.to + d, start.from + per) };
      else if (grip === 'move') w = { from: start.from + d, to: start.to + d };
      else {
        if (Math.abs(ev.clientX - x0) < 3) return;
        w = { from: Math.max(0, Math.min(at, at + d)), to: Math.min(whole, Math.max(at, at + d)) };
      }
      this.change(clampWindow(w, whole));
    };
    const up = () => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', up);
      window.removeEventListener('pointercancel', up);
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', up);
    window.addEventListener('pointercancel', up);
  }
}
