import { formatTick, tickStep } from '../../format/duration.ts';
import type { TextFitter } from '../canvas.ts';
import type { Theme } from '../theme.ts';
import { type Frame, isMatch } from './frame.ts';
import { HEADER, ROW, TIME_PAD } from './geometry.ts';
import { paintBar } from './paintBars.ts';
import { paintTreeCell } from './paintTree.ts';

/**
 * Paints one frame:
 * 1. ground and grid; 2. row backgrounds; 3. tree; 4. bars and their labels; 5. crosshair; 6. header.
 * Cost is that of the visible lines and the children of visible parents.
 */
export function paintWaterfall(c: CanvasRenderingContext2D, f: Frame, th: Theme, fit: TextFitter): void {
  const { width, height, treeWidth } = f;
  const timeWidth = Math.max(1, width - treeWidth - TIME_PAD);
  const perNs = timeWidth / (f.window.to - f.window.from);
  const x = (ns: number) => treeWidth + (ns - f.window.from) * perNs;
  const first = Math.max(0, Math.floor(f.scrollTop / ROW));
  const last = Math.min(f.lines.count - 1, Math.ceil((f.scrollTop + height - HEADER) / ROW));
  const step = tickStep(f.window.to - f.window.from, Math.max(2, Math.floor(timeWidth / 110)));
  const firstTick = Math.ceil(f.window.from / step - 1e-9) * step;

  // 1. Ground and grid.
  c.fillStyle = th.surface;
  c.fillRect(0, 0, width, height);
  c.fillStyle = th.hairline;
  for (let t = firstTick; t <= f.window.to; t += step) c.fillRect(Math.round(x(t)), HEADER, 1, height);

  // 2. Row backgrounds.
  for (let line = first; line <= last; line++) {
    const row = f.lines.rows[line];
    const y = HEADER + line * ROW - f.scrollTop;
    const fill = row === f.selected ? th.accentSoft : line === f.hovered ? th.hover : isMatch(f, row) ? th.match : null;
    if (fill) {
      c.fillStyle = fill;
      c.globalAlpha = fill === th.match ? 0.4 : fill === th.hover ? 0.7 : 1;
      c.fillRect(0, y, width, ROW);
      c.globalAlpha = 1;
    }
    if (row === f.selected) {
      c.fillStyle = th.accent;
      c.fillRect(0, y, 2, ROW);
      if (f.focused) {
        c.strokeStyle = th.accent;
        c.lineWidth = 1;
        c.strokeRect(0.5, y + 0.5, width - 1, ROW - 1);
      }
    }
  }

  // 3. Tree, clipped to its column.
  c.textBaseline = 'middle';
  c.save();
  c.beginPath();
  c.rect(0, HEADER, treeWidth - 6, height);
  c.clip();
  for (let line = first; line <= last; line++) paintTreeCell(c, f, th, fit, f.lines.rows[line], HEADER + line * ROW - f.scrollTop);
  c.restore();

  // 4. Bars, clipped to the timeline.
  c.save();
  c.beginPath();
  c.rect(treeWidth, HEADER, width - treeWidth, height);
  c.clip();
  for (let line = first; line <= last; line++) {
    paintBar(c, f, th, fit, f.lines.rows[line], HEADER + line * ROW - f.scrollTop, x);
  }
  c.restore();

  // 5. Crosshair.
  if (f.crosshair >= 0) {
    c.fillStyle = th.faint;
    c.fillRect(Math.round(treeWidth + f.crosshair), HEADER, 1, height);
  }

  if (f.focused && f.selected < 0) {
    c.strokeStyle = th.accent;
    c.lineWidth = 2;
    c.strokeRect(1, HEADER + 1, width - 2, height - HEADER - 2);
  }

  // 6. Header over everything that scrolled under it.
  c.fillStyle = th.surface;
  c.fillRect(0, 0, width, HEADER);
  c.fillStyle = th.hairline;
  c.fillRect(0, HEADER - 1, width, 1);
  c.fillRect(treeWidth - 1, 0, 1, height);
  c.font = `11px ${th.fontText}`;
  c.fillStyle = th.text2;
  c.textBaseline = 'middle';
  c.textAlign = 'left';
  c.fillText('Service · operation', 12, HEADER / 2);
  const cross = f.crosshair >= 0 ? formatTick(f.window.from + f.crosshair / perNs, step / 20) : '';
  const crossWidth = cross ? fit.width(c, cross) : 0;
  const crossAt = cross ? Math.min(width - crossWidth - 6, Math.max(treeWidth + 6, treeWidth + f.crosshair - crossWidth / 2)) : 0;
  for (let t = firstTick; t <= f.window.to; t += step) {
    const label = formatTick(t, step);
    const w = fit.width(c, label);
    const lx = x(t) + 5;
    c.fillStyle = th.hairline;
    c.fillRect(Math.round(x(t)), HEADER - 7, 1, 6);
    if (lx + w > width - 2) continue;
    if (cross && lx < crossAt + crossWidth + 10 && lx + w > crossAt - 10) continue;
    c.fillStyle = th.text2;
    c.fillText(label, lx, HEADER / 2);
  }
  if (cross) {
    c.fillStyle = th.text;
    c.fillRect(crossAt - 5, 5, crossWidth + 10, HEADER - 10);
    c.fillStyle = th.surface;
    c.fillText(cross, crossAt, HEADER / 2 + 0.5);
  }
}
