export const ROW = 28;
export const HEADER = 28;
export const BAR_TOP = 8;
export const BAR_HEIGHT = 12;
/** The underline of the critical path, below the bar. */
export const PATH_TOP = BAR_TOP + BAR_HEIGHT + 3;
export const PATH_HEIGHT = 3;
/** Indent of a level; beyond MAX_LEVELS the tree grows no wider and the row says its depth. */
export const INDENT = 14;
export const MAX_LEVELS = 40;
/** Room at the right end of the timeline, so that the last label has somewhere to be. */
export const TIME_PAD = 12;

/** The shown part of time, in ns after the trace's start; `to` > `from`. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** Keeps a window inside the trace and no narrower than a nanosecond or a millionth of it. */
export function clampWindow(w: TimeWindow, duration: number): TimeWindow {
  const whole = Math.max(duration, 1);
  const least = Math.min(whole, Math.max(1, whole / 1e7));
  const size = Math.min(whole, Math.max(least, w.to - w.from));
  const from = Math.min(Math.max(0, w.from), whole - size);
  return { from, to: from + size };
}

/** Zooms by `factor` (<1 in, >1 out) so that the instant `at` stays where it is. */
export function zoomAround(w: TimeWindow, at: number, factor: number, duration: number): TimeWindow {
  return clampWindow({ from: at - (at - w.from) * factor, to: at + (w.to - at) * factor }, duration);
}

/** How far a level is indented within a tree of this width. */
export function indentOf(depth: number, treeWidth: number): number {
  const levels = Math.min(MAX_LEVELS, Math.max(4, Math.floor((treeWidth * 0.55) / INDENT)));
  return 6 + Math.min(depth, levels) * INDENT;
}

export const cappedLevels = (treeWidth: number): number => Math.min(MAX_LEVELS, Math.max(4, Math.floor((treeWidth * 0.55) / INDENT)));
