import { SpanFlag, STATUS_ERROR } from '../../api/skeleton.ts';
import { formatDuration, formatTick, tickStep } from '../../format/duration.ts';
import { oneLine } from '../../format/text.ts';
import type { TextFitter } from '../canvas.ts';
import type { Theme } from '../theme.ts';
import { BAR_HEIGHT, BAR_TOP, cappedLevels, HEADER, indentOf, ROW, TIME_PAD, type TimeWindow } from './geometry.ts';
import { foldCount, type Lines, type Openness } from './layout.ts';
import { hasNextSibling, type TraceModel } from './model.ts';

/** All that one frame shows. */
export interface Frame {
  readonly model: TraceModel;
  readonly lines: Lines;
  readonly open: Openness;
  readonly window: TimeWindow;
  readonly width: number;
  readonly height: number;
  readonly treeWidth: number;
  readonly scrollTop: number;
  readonly selected: number;
  readonly hovered: number;
  /** 1 for rows that match the search within the trace; null without one. */
  readonly matches: Uint8Array | null;
  /** Pointer's x within the timeline, −1 outside. */
  readonly crosshair: number;
  readonly focused: boolean;
  /** Text of each string index, made harmless; filled as rows come into view. */
  readonly labels: (string | undefined)[];
}

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

function isMatch(f: Frame, row: number): boolean {
  if (!f.matches) return false;
  if (f.matches[row]) return true;
  const folded = foldCount(f.model, f.open, row);
  for (let k = row + 1; k < row + folded; k++) if (f.matches[k]) return true;
  return false;
}

function label(f: Frame, index: number): string {
  return (f.labels[index] ??= oneLine(f.model.skeleton.string(index), 240) || '(no name)');
}

function paintTreeCell(c: CanvasRenderingContext2D, f: Frame, th: Theme, fit: TextFitter, row: number, y: number): void {
  const t = f.model.skeleton;
  const depth = f.model.depth[row];
  const levels = cappedLevels(f.treeWidth);
  const left = indentOf(depth, f.treeWidth);
  const mid = y + ROW / 2;
  const folded = foldCount(f.model, f.open, row);

  // Guides: one line per ancestor that has a sibling still to come, and the elbow to this row.
  c.fillStyle = th.guide;
  if (depth > 0 && depth <= levels) {
    let node = row;
    for (let d = depth; d > 0; d--) {
      const gx = indentOf(d - 1, f.treeWidth) + 6;
      const goesOn = node === row && folded > 1 ? hasNextSibling(t, row + folded - 1) : hasNextSibling(t, node);
      if (d === depth) {
        c.fillRect(gx, y, 1, goesOn ? ROW : ROW / 2);
        c.fillRect(gx, mid, t.subtreeSize[row] > 1 || folded > 1 ? 7 : 12, 1);
      } else if (goesOn) {
        c.fillRect(gx, y, 1, ROW);
      }
      node = t.parent[node];
    }
  }

  // The arrow that opens and closes.
  const canOpen = t.subtreeSize[row] > 1 || folded > 1;
  if (canOpen) {
    const shut = folded > 1 || f.open.collapsed[row] === 1;
    if (!shut && t.subtreeSize[row] > 1 && depth < levels) {
      c.fillRect(left + 6, mid + 5, 1, ROW / 2 - 5);
    }
    c.fillStyle = th.surface;
    c.fillRect(left + 1, mid - 6, 11, 12);
    c.fillStyle = th.text2;
    c.beginPath();
    if (shut) {
      c.moveTo(left + 4, mid - 4);
      c.lineTo(left + 9, mid);
      c.lineTo(left + 4, mid + 4);
    } else {
      c.moveTo(left + 2, mid - 2.5);
      c.lineTo(left + 10, mid - 2.5);
      c.lineTo(left + 6, mid + 2.5);
    }
    c.fill();
  }

  // The service's edge.
  let at = left + 16;
  c.fillStyle = th.services[f.model.serviceColour[t.service[row]]];
  c.fillRect(at, y + 6, 3, ROW - 12);
  at += 9;

  if (t.status[row] === STATUS_ERROR) {
    paintErrorIcon(c, th, at + 6, mid);
    at += 17;
  }
  const right = f.treeWidth - 12;
  let room = right - at;

  let badge = '';
  if (folded > 1) badge = `×${folded.toLocaleString('en-US')}`;
  else if (f.open.collapsed[row]) badge = `+${(t.subtreeSize[row] - 1).toLocaleString('en-US')}`;
  if (depth > levels) badge = badge ? `${badge} · depth ${depth}` : `depth ${depth}`;
  if (t.spanFlags[row] & SpanFlag.links) badge = badge ? `${badge} ↗` : '↗';
  if (badge) {
    c.font = `500 11px ${th.fontText}`;
    room -= fit.width(c, badge) + 10;
  }

  const service = label(f, t.service[row]);
  const name = label(f, t.name[row]);
  const dimmed = f.matches !== null && !isMatch(f, row);
  c.textAlign = 'left';
  c.font = `13px ${th.fontText}`;
  // The name matters more than the service: the service gives way first, down to a third.
  const nameWidth = fit.width(c, name);
  const serviceRoom = Math.max(room / 3, room - nameWidth - 8);
  const serviceText = fit.cut(c, service, Math.min(serviceRoom, room));
  c.fillStyle = dimmed ? th.dim : th.text2;
  c.fillText(serviceText, at, mid + 0.5);
  const serviceWidth = serviceText ? fit.width(c, serviceText) + 7 : 0;
  c.font = `500 13px ${th.fontText}`;
  const nameText = fit.cut(c, name, room - serviceWidth);
  c.fillStyle = dimmed ? th.dim : th.text;
  c.fillText(nameText, at + serviceWidth, mid + 0.5);
  if (badge) {
    const bx = at + serviceWidth + (nameText ? fit.width(c, nameText) + 8 : 0);
    c.font = `500 11px ${th.fontText}`;
    c.fillStyle = th.text2;
    c.fillText(badge, bx, mid + 0.5);
  }
}

export function paintErrorIcon(c: CanvasRenderingContext2D, th: Theme, x: number, y: number): void {
  c.fillStyle = th.error;
  c.beginPath();
  c.arc(x, y, 6, 0, Math.PI * 2);
  c.fill();
  c.fillStyle = th.surface;
  c.fillRect(x - 0.9, y - 3.6, 1.8, 4.4);
  c.fillRect(x - 0.9, y + 1.9, 1.8, 1.8);
}

function paintBar(
  c: CanvasRenderingContext2D, f: Frame, th: Theme, fit: TextFitter, row: number, y: number, x: (ns: number) => number,
): void {
  const t = f.model.skeleton;
  const folded = foldCount(f.model, f.open, row);
  const begin = t.start[row];
  let end = begin + t.duration[row];
  let sum = t.duration[row];
  for (let k = row + 1; k < row + folded; k++) {
    end = Math.max(end, t.start[k] + t.duration[k]);
    sum += t.duration[k];
  }
  const top = y + BAR_TOP;
  const colour = th.services[f.model.serviceColour[t.service[row]]];
  const failed = t.status[row] === STATUS_ERROR;
  const dimmed = f.matches !== null && !isMatch(f, row);
  const rightEdge = f.width - TIME_PAD / 2;

  // Outside the shown time: an arrow at the edge says where it is.
  if (end < f.window.from || begin > f.window.to) {
    const before = end < f.window.from;
    const ax = before ? f.treeWidth + 6 : f.width - 8;
    const d = before ? -4 : 4;
    c.fillStyle = th.faint;
    c.beginPath();
    c.moveTo(ax - d / 2, top + 1);
    c.lineTo(ax + d, top + BAR_HEIGHT / 2);
    c.lineTo(ax - d / 2, top + BAR_HEIGHT - 1);
    c.fill();
    return;
  }

  const x0 = Math.max(f.treeWidth, x(begin));
  const x1 = Math.max(x0 + 1.5, Math.min(f.width, x(end)));
  c.globalAlpha = dimmed ? 0.35 : 1;
  c.fillStyle = colour;
  if (folded > 1) {
    c.globalAlpha *= 0.25;
    c.fillRect(x0, top + BAR_HEIGHT / 2 - 0.5, x1 - x0, 1);
    c.globalAlpha = dimmed ? 0.35 : 1;
    let painted = -1;
    for (let k = row; k < row + folded; k++) {
      const a = x(t.start[k]);
      const b = Math.max(a + 1.5, x(t.start[k] + t.duration[k]) - 0.5);
      if (b <= painted || b < f.treeWidth || a > f.width) continue;
      const from = Math.max(a, painted, f.treeWidth);
      c.fillRect(from, top, Math.min(b, f.width) - from, BAR_HEIGHT);
      painted = b;
    }
  } else if (t.subtreeSize[row] === 1) {
    c.fillRect(x0, top, x1 - x0, BAR_HEIGHT);
  } else {
    // Waiting for children light, own time solid: whatever no child covers.
    c.globalAlpha *= 0.32;
    c.fillRect(x0, top, x1 - x0, BAR_HEIGHT);
    c.globalAlpha = dimmed ? 0.35 : 1;
    let covered = begin;
    let painted = -1;
    const until = row + t.subtreeSize[row];
    for (let k = row + 1; k < until && covered < end; k += t.subtreeSize[k]) {
      if (t.start[k] > covered) painted = solid(c, x, covered, Math.min(t.start[k], end), top, painted, f);
      covered = Math.max(covered, t.start[k] + t.duration[k]);
      if (t.start[k] > f.window.to) break;
    }
    if (covered < end) solid(c, x, covered, end, top, painted, f);
  }
  if (failed) {
    c.strokeStyle = th.error;
    c.lineWidth = 1.5;
    c.strokeRect(x0 + 0.25, top - 1.25, Math.max(2, x1 - x0 - 0.5), BAR_HEIGHT + 2.5);
  }
  c.globalAlpha = 1;

  // The label: right of the bar, else left of it, else on it; never over an edge.
  c.font = `11px ${th.fontText}`;
  const text = folded > 1 ? `×${folded} · ${formatDuration(sum)}` : formatDuration(sum);
  const w = fit.width(c, text);
  c.fillStyle = dimmed ? th.dim : th.text2;
  c.textAlign = 'left';
  const mid = y + ROW / 2 + 0.5;
  if (x1 + 6 + w <= rightEdge) c.fillText(text, x1 + 6, mid);
  else if (x0 - 6 - w >= f.treeWidth + 2) c.fillText(text, x0 - 6 - w, mid);
  else {
    const lx = Math.min(x1, rightEdge) - w - 6;
    c.fillStyle = th.surface;
    c.globalAlpha = 0.86;
    c.fillRect(lx - 4, top, w + 8, BAR_HEIGHT);
    c.globalAlpha = 1;
    c.fillStyle = th.text;
    c.fillText(text, lx, mid);
  }
}

/** Paints [a, b) solid unless it falls into a pixel that is painted already; returns how far is painted. */
function solid(c: CanvasRenderingContext2D, x: (ns: number) => number, a: number, b: number, top: number, painted: number, f: Frame): number {
  const from = Math.max(x(a), painted, f.treeWidth);
  const to = Math.min(x(b), f.width);
  if (to - from < 0.15) return painted;
  c.fillRect(from, top, Math.max(0.75, to - from), BAR_HEIGHT);
  return to;
}
