import { useEffect, useMemo, useRef, useState } from 'react';
import type { TraceSummary } from '../api/types.ts';
import { formatDuration } from '../format/duration.ts';
import { plural } from '../format/number.ts';
import { oneLine } from '../format/text.ts';
import { formatClock, nsToMs, toNumber } from '../format/time.ts';
import { Icon } from '../ui/Icon.tsx';
import { type ScatterFrame, type ScatterSelection, ScatterView } from '../views/scatter/ScatterView.ts';

/** The thin wrapper of ScatterView: hands it the loaded traces and shows the trace under the pointer. */
export function Scatter({ traces, frame, loadedFrom, open, select, clear, loading }: {
  traces: readonly TraceSummary[];
  frame: Omit<ScatterFrame, 'loadedFrom'>;
  /** Unix ms: what is older is not loaded; null where all of the range is. */
  loadedFrom: number | null;
  open: (traceId: string) => void;
  select: (s: ScatterSelection) => void;
  clear: (() => void) | null;
  loading: boolean;
}) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<ScatterView | null>(null);
  const [hover, setHover] = useState<{ index: number; x: number; y: number } | null>(null);
  const latest = useRef({ traces, open, select });
  useEffect(() => {
    latest.current = { traces, open, select };
  });

  useEffect(() => {
    const v = new ScatterView(host.current!, {
      hover: (index, x, y) => setHover(index < 0 ? null : { index, x, y }),
      open: (index) => latest.current.open(latest.current.traces[index].traceId),
      select: (s) => latest.current.select(s),
    });
    view.current = v;
    return () => v.destroy();
  }, []);

  const data = useMemo(() => ({
    time: Float64Array.from(traces, (t) => nsToMs(t.start)),
    duration: Float64Array.from(traces, (t) => toNumber(t.duration)),
    failed: Uint8Array.from(traces, (t) => (t.errorCount > 0 ? 1 : 0)),
  }), [traces]);
  const { from, to, zone } = frame;
  useEffect(() => {
    view.current?.set(data, { from, to, zone, loadedFrom });
    setHover(null);
  }, [data, from, to, zone, loadedFrom]);

  const t = hover ? traces[hover.index] : undefined;
  return (
    <div className="scatter">
      <div ref={host} className="scatter-host" role="img" aria-label={`Latency over time of ${plural(traces.length, 'trace')}; the list below says the same in words`} />
      {loading && <div className="scatter-loading skeleton" />}
      {clear && (
        <button type="button" className="button scatter-clear" onClick={clear}>
          <Icon name="close" />Clear selection
        </button>
      )}
      {hover && t && (
        <div className={`tip ${hover.x > (host.current?.clientWidth ?? 0) / 2 ? 'tip-left' : 'tip-right'}`} style={{ left: hover.x, top: hover.y }}>
          <div className="tip-title"><bdi>{oneLine(t.rootService ?? 'root not here yet', 80)}</bdi> <bdi className="strong">{oneLine(t.rootName ?? '', 120)}</bdi></div>
          <div className="tip-line">
            {formatDuration(toNumber(t.duration))}<span className="sep">·</span>{plural(t.spanCount, 'span')}
            {t.errorCount > 0 && <><span className="sep">·</span><span className="bad">{plural(t.errorCount, 'error')}</span></>}
            <span className="sep">·</span>{formatClock(nsToMs(t.start), zone)}
          </div>
        </div>
      )}
    </div>
  );
}
