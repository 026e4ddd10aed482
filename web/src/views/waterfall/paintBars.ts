import { STATUS_ERROR } from '../../api/skeleton.ts';
import { formatDuration } from '../../format/duration.ts';
import type { TextFitter } from '../canvas.ts';
import type { Theme } from '../theme.ts';
import { type Frame, isMatch } from './frame.ts';
import { BAR_HEIGHT, BAR_TOP, PATH_HEIGHT, PATH_TOP, ROW, TIME_PAD } from './geometry.ts';
import { foldCount } from './layout.ts';
import { isOnPath } from './model.ts';

/** Paints the bar of one row, whose top is at `y`, and its label. `x` takes ns after the trace's start to pixels. */
export function paintBar(
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
  const dimmed = (f.matches !== null && !isMatch(f, row)) || (f.path && !isOnPath(f.model, row, folded));
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
  underline(c, f, th, row, folded, y + PATH_TOP, x);

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

/** Underlines the sections of the critical path: a line of its own, so that it needs no colour of its own. */
function underline(c: CanvasRenderingContext2D, f: Frame, th: Theme, row: number, folded: number, top: number, x: (ns: number) => number): void {
  const t = f.model.skeleton;
  const { pathFirst, pathSections } = f.model;
  c.fillStyle = th.text;
  let painted = -1;
  for (let i = pathFirst[row]; i < pathFirst[row + folded]; i++) {
    const section = pathSections[i];
    const from = Math.max(x(t.pathStart[section]), f.treeWidth);
    const to = Math.min(Math.max(x(t.pathStart[section]) + 1, x(t.pathEnd[section])), f.width);
    if (to <= from || (from >= painted - 0.5 && to <= painted)) continue;
    c.fillRect(from, top, to - from, PATH_HEIGHT);
    painted = to;
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
