import { oneLine } from '../../format/text.ts';
import type { TimeWindow } from './geometry.ts';
import { foldCount, type Lines, type Openness } from './layout.ts';
import type { TraceModel } from './model.ts';

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
  /** Whether what is not on the critical path is dimmed. */
  readonly path: boolean;
  /** Pointer's x within the timeline, −1 outside. */
  readonly crosshair: number;
  readonly focused: boolean;
  /** Text of each string index, made harmless; filled as rows come into view. */
  readonly labels: (string | undefined)[];
}

/** Whether the line of this row, or a span folded into it, matches the search. */
export function isMatch(f: Frame, row: number): boolean {
  if (!f.matches) return false;
  if (f.matches[row]) return true;
  const folded = foldCount(f.model, f.open, row);
  for (let k = row + 1; k < row + folded; k++) if (f.matches[k]) return true;
  return false;
}

/** A string of the trace as one harmless line. */
export function label(f: Frame, index: number): string {
  return (f.labels[index] ??= oneLine(f.model.skeleton.string(index), 240) || '(no name)');
}
