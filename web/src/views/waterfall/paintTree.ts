import { SpanFlag, STATUS_ERROR } from '../../api/skeleton.ts';
import type { TextFitter } from '../canvas.ts';
import type { Theme } from '../theme.ts';
import { type Frame, isMatch, label } from './frame.ts';
import { cappedLevels, indentOf, ROW } from './geometry.ts';
import { foldCount } from './layout.ts';
import { hasNextSibling } from './model.ts';

/** Paints the tree's cell of one row, whose top is at `y`: guides, arrow, service edge, error icon, names, badge. */
export function paintTreeCell(c: CanvasRenderingContext2D, f: Frame, th: Theme, fit: TextFitter, row: number, y: number): void {
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
  // In a narrow column the edge's colour must do for the service.
  const serviceText = room < 130 && nameWidth + 60 > room ? '' : fit.cut(c, service, Math.min(serviceRoom, room));
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

function paintErrorIcon(c: CanvasRenderingContext2D, th: Theme, x: number, y: number): void {
  c.fillStyle = th.error;
  c.beginPath();
  c.arc(x, y, 6, 0, Math.PI * 2);
  c.fill();
  c.fillStyle = th.surface;
  c.fillRect(x - 0.9, y - 3.6, 1.8, 4.4);
  c.fillRect(x - 0.9, y + 1.9, 1.8, 1.8);
}
