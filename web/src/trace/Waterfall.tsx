import { type Ref, useCallback, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react';
import { STATUS_ERROR } from '../api/skeleton.ts';
import { formatDuration } from '../format/duration.ts';
import { oneLine } from '../format/text.ts';
import { usePrefs } from '../state/prefs.ts';
import { MinimapView } from '../views/minimap/MinimapView.ts';
import type { TraceModel } from '../views/waterfall/model.ts';
import { type WaterfallCommand, WaterfallView } from '../views/waterfall/WaterfallView.ts';
import { ColumnDivider } from './ColumnDivider.tsx';

export interface WaterfallHandle {
  command(c: WaterfallCommand): void;
  toDepth(depth: number): void;
  reveal(row: number): void;
  focus(): void;
}

/** The thin wrapper of MinimapView and WaterfallView; tells assistive technology where the selection stands. */
export function Waterfall({ ref, model, selectedRow, matches, path, onSelect, onOpen }: {
  ref: Ref<WaterfallHandle>;
  model: TraceModel;
  selectedRow: number;
  matches: Uint8Array | null;
  /** Whether what is not on the critical path is dimmed. */
  path: boolean;
  onSelect: (row: number) => void;
  onOpen: (row: number) => void;
}) {
  const strip = useRef<HTMLDivElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const waterfall = useRef<WaterfallView | null>(null);
  const minimap = useRef<MinimapView | null>(null);
  const chosen = usePrefs((p) => p.treeShare);
  const setPrefs = usePrefs((p) => p.set);
  const [width, setWidth] = useState(0);
  const [current, setCurrent] = useState({ row: 0, line: 0, lines: 1, expanded: null as boolean | null });
  const latest = useRef({ onSelect, onOpen });
  useLayoutEffect(() => {
    latest.current = { onSelect, onOpen };
  });

  useLayoutEffect(() => {
    const map = new MinimapView(strip.current!, (w) => waterfall.current?.setWindow(w));
    const view = new WaterfallView(host.current!, {
      select: (row) => latest.current.onSelect(row),
      open: (row) => latest.current.onOpen(row),
      window: (w) => map.setWindow(w),
      announce: (row, line, lines, expanded) => setCurrent({ row, line, lines, expanded }),
      painted: () => {
        // Budget: 300 ms for 50,000 spans, 600 ms for 100,000. Read by the end-to-end tests.
        if (performance.getEntriesByName('clew:trace-data').length > 0) {
          performance.measure('clew:trace-first-paint', 'clew:trace-data');
          performance.clearMarks('clew:trace-data');
        }
      },
    });
    minimap.current = map;
    waterfall.current = view;
    const resize = new ResizeObserver(() => setWidth(host.current?.clientWidth ?? 0));
    resize.observe(host.current!);
    setWidth(host.current!.clientWidth);
    return () => {
      resize.disconnect();
      view.destroy();
      map.destroy();
    };
  }, []);

  // Until the reader says otherwise: a third, more on a phone, no more than names need on a wall.
  const share = chosen ?? (width < 640 ? 0.44 : Math.min(0.34, 640 / width));
  const treeWidth = Math.round(Math.max(90, width * share));
  useLayoutEffect(() => waterfall.current?.setTreeWidth(treeWidth), [treeWidth]);
  const shown = useRef(false);
  useLayoutEffect(() => {
    waterfall.current?.setTrace(model);
    minimap.current?.setTrace(model);
  }, [model]);
  useLayoutEffect(() => {
    waterfall.current?.setMatches(matches);
    minimap.current?.setMatches(matches);
  }, [model, matches]);
  useLayoutEffect(() => waterfall.current?.setPath(path), [path]);
  useEffect(() => {
    waterfall.current?.setSelected(selectedRow);
    // A link to a span shows it; later selections stay where the reader made them.
    if (!shown.current && selectedRow >= 0) waterfall.current?.reveal(selectedRow);
    shown.current = true;
  }, [model, selectedRow]);

  useImperativeHandle(ref, () => ({
    command: (c) => waterfall.current?.command(c),
    toDepth: (d) => waterfall.current?.collapseToDepth(d - 1),
    reveal: (row) => waterfall.current?.reveal(row),
    focus: () => host.current?.focus({ preventScroll: true }),
  }), []);

  const resize = useCallback((s: number) => setPrefs({ treeShare: Math.min(0.8, Math.max(0.12, s)) }), [setPrefs]);
  const t = model.skeleton;
  const row = Math.min(current.row, Math.max(0, t.count - 1));
  const words = t.count === 0 ? 'no spans' : `${oneLine(t.string(t.service[row]), 80)} ${oneLine(t.string(t.name[row]), 160)}, ${formatDuration(t.duration[row])}${t.status[row] === STATUS_ERROR ? ', error' : ''}${t.criticalTime[row] > 0 ? `, ${formatDuration(t.criticalTime[row])} on the critical path` : ''}`;
  return (
    <div className="waterfall">
      <div ref={strip} className="minimap" role="img" aria-label="Overview of the whole trace; zoom with the plus, minus and zero keys" />
      <div className="waterfall-frame">
        <div ref={host} className="waterfall-host" role="tree" aria-label="Spans" tabIndex={0} aria-activedescendant={`wf-${row}`}>
          <div
            id={`wf-${row}`}
            className="visually-hidden"
            role="treeitem"
            aria-level={(t.count > 0 ? model.depth[row] : 0) + 1}
            aria-setsize={current.lines}
            aria-posinset={current.line + 1}
            aria-selected={selectedRow === row}
            aria-expanded={current.expanded ?? undefined}
          >
            {words}
          </div>
        </div>
        {width > 0 && <ColumnDivider at={treeWidth} min={0.12} max={0.8} value={share} label="Width of the tree" change={(px) => resize(px / width)} step={(d) => resize(share + d * 0.02)} />}
      </div>
    </div>
  );
}
