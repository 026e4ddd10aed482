/** A canvas that fits `width` × `height` CSS pixels at the screen's density; the context is scaled to CSS pixels. */
export function fitCanvas(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = window.devicePixelRatio || 1;
  const w = Math.max(1, Math.round(width * ratio));
  const h = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/** Coalesces requests to paint into one per frame. */
export class FrameLoop {
  private pending = 0;
  private readonly paint: () => void;
  constructor(paint: () => void) {
    this.paint = paint;
  }

  request(): void {
    this.pending ||= requestAnimationFrame(() => {
      this.pending = 0;
      this.paint();
    });
  }

  cancel(): void {
    cancelAnimationFrame(this.pending);
    this.pending = 0;
  }
}

/** Measures and cuts text, remembering widths; bounded, and emptied when full. */
export class TextFitter {
  private widths = new Map<string, number>();

  width(c: CanvasRenderingContext2D, text: string): number {
    const key = `${c.font}|${text}`;
    let w = this.widths.get(key);
    if (w === undefined) {
      if (this.widths.size > 20_000) this.widths.clear();
      w = c.measureText(text).width;
      this.widths.set(key, w);
    }
    return w;
  }

  /** `text`, or as much of it as fits with an ellipsis; empty where not even that fits. */
  cut(c: CanvasRenderingContext2D, text: string, room: number): string {
    if (room <= 8) return '';
    if (this.width(c, text) <= room) return text;
    let low = 0;
    let high = text.length;
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if (c.measureText(`${text.slice(0, mid)}…`).width <= room) low = mid;
      else high = mid - 1;
    }
    return low === 0 ? '' : `${text.slice(0, low).trimEnd()}…`;
  }
}
