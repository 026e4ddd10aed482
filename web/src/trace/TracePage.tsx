import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Link, useLocation, useNavigate, useParams, useSearchParams } from 'react-router';
import { rowOf, spanIdOf } from '../api/skeleton.ts';
import { useSession } from '../state/session.ts';
import { useEscape } from '../ui/escape.ts';
import { usePageKeys } from '../ui/keys.ts';
import { Notice } from '../ui/Notice.tsx';
import type { TraceModel } from '../views/waterfall/model.ts';
import type { WaterfallCommand } from '../views/waterfall/WaterfallView.ts';
import { stepThrough } from './matching.ts';
import { SpanPanel } from './SpanPanel.tsx';
import { TraceHeader } from './TraceHeader.tsx';
import { TraceLoading } from './TraceLoading.tsx';
import { Toolbar } from './Toolbar.tsx';
import { useInTraceSearch } from './useInTraceSearch.ts';
import { useTrace } from './useTrace.ts';
import { Waterfall, type WaterfallHandle } from './Waterfall.tsx';

const KEYS: Record<string, WaterfallCommand> = {
  j: 'down', ArrowDown: 'down', k: 'up', ArrowUp: 'up', ArrowLeft: 'close', ArrowRight: 'openOrDown', Enter: 'open',
  PageDown: 'pageDown', PageUp: 'pageUp', Home: 'first', End: 'last', C: 'collapseAll', X: 'expandAll',
  '+': 'zoomIn', '=': 'zoomIn', '-': 'zoomOut', '0': 'fit', h: 'panLeft', l: 'panRight', z: 'fitSelected',
};

export function TracePage() {
  const traceId = (useParams().traceId ?? '').toLowerCase();
  const navigate = useNavigate();
  const traceIds = useSession((s) => s.traceIds);
  const at = traceIds.indexOf(traceId);
  const go = (step: 1 | -1) => {
    // From where the address is by now: keys may come faster than pages are drawn.
    const from = traceIds.indexOf(window.location.pathname.slice('/trace/'.length).toLowerCase());
    const next = from < 0 ? undefined : traceIds[from + step];
    if (next) void navigate(`/trace/${next}`);
  };
  // Here, so that they work while a trace is loading.
  usePageKeys((e) => {
    if (e.key === '[') go(-1);
    else if (e.key === ']') go(1);
    else return false;
    return true;
  });
  const neighbours = at < 0 ? null : { previous: at > 0, next: at < traceIds.length - 1, go };
  // Another trace is another page: nothing of what was chosen here applies to it.
  return <OneTrace key={traceId} traceId={traceId} neighbours={neighbours} />;
}

type Neighbours = { previous: boolean; next: boolean; go: (step: 1 | -1) => void } | null;

function OneTrace({ traceId, neighbours }: { traceId: string; neighbours: Neighbours }) {
  const { data: model, error, isFetching, refetch } = useTrace(traceId);
  useEffect(() => {
    document.title = `Trace ${traceId.slice(0, 8)} · Clew`;
  }, [traceId]);
  if (model) return <Loaded model={model} traceId={traceId} neighbours={neighbours} trouble={error?.message ?? null} />;
  if (error?.status === 404 || error?.status === 400) return <Unknown traceId={traceId} />;
  if (error) {
    return (
      <main className="message-page">
        <h1>This trace could not be read</h1>
        <p>{error.message}</p>
        <p>Nothing was lost by asking. <button type="button" className="button" disabled={isFetching} onClick={() => void refetch()}>Ask again</button></p>
      </main>
    );
  }
  return <TraceLoading />;
}

function Unknown({ traceId }: { traceId: string }) {
  const valid = /^[0-9a-f]{1,32}$/.test(traceId);
  return (
    <main className="message-page">
      <h1>No span of this trace is known</h1>
      <p className="mono break">{traceId.slice(0, 200)}</p>
      {valid ? (
        <>
          <p>That can mean that</p>
          <ul>
            <li>its spans are still on their way: SDKs send in batches, usually within five seconds (this page looks again for a minute);</li>
            <li>its service sends to somewhere else, or was not sampling it;</li>
            <li>it is older than what is kept.</li>
          </ul>
        </>
      ) : <p>A trace id has 32 hexadecimal digits; this is something else.</p>}
      <p><Link to="/search">Search traces</Link></p>
    </main>
  );
}

function Loaded({ model, traceId, neighbours, trouble }: { model: TraceModel; traceId: string; neighbours: Neighbours; trouble: string | null }) {
  const [params, setParams] = useSearchParams();
  const { pathname } = useLocation();
  const inAddress = params.get('span');
  const [selectedId, setSelectedId] = useState(inAddress);
  const [panel, setPanel] = useState(inAddress !== null);
  const [text, setText] = useState('');
  const [path, setPath] = useState(false);
  const searchBox = useRef<HTMLInputElement>(null);
  const view = useRef<WaterfallHandle>(null);
  const written = useRef(inAddress);
  const { matches, rows, pending, failed } = useInTraceSearch(model, text);
  const selectedRow = useMemo(() => (selectedId === null ? -1 : rowOf(model.skeleton, selectedId)), [model, selectedId]);

  // The address follows the selection with a pause, because browsers limit how often it may change.
  useEffect(() => {
    if (selectedId === written.current) return;
    const timer = setTimeout(() => {
      // Whoever has followed a link meanwhile must not be brought back: this page stays until the next one is painted.
      if (window.location.pathname !== pathname) return;
      written.current = selectedId;
      setParams((p) => {
        const next = new URLSearchParams(p);
        if (selectedId) next.set('span', selectedId);
        else next.delete('span');
        return next;
      }, { replace: true });
    }, 200);
    return () => clearTimeout(timer);
  }, [selectedId, setParams, pathname]);

  const choose = useCallback((row: number) => setSelectedId(spanIdOf(model.skeleton, row)), [model]);
  const show = useCallback((row: number) => {
    if (row < 0) return;
    choose(row);
    view.current?.reveal(row);
  }, [choose]);

  // The address changed by itself: a link to another span of this trace, or going back.
  useEffect(() => {
    if (inAddress === written.current) return;
    written.current = inAddress;
    setSelectedId(inAddress);
    if (inAddress !== null) {
      setPanel(true);
      view.current?.reveal(rowOf(model.skeleton, inAddress));
    }
  }, [inAddress, model]);

  useEscape(text !== '', () => setText(''));
  useEscape(panel, () => {
    setPanel(false);
    view.current?.focus();
  });

  const nextMatch = (step: 1 | -1) => show(stepThrough(rows, selectedRow, step));
  const nextError = (step: 1 | -1) => show(stepThrough(model.errorRows, selectedRow, step));

  usePageKeys((e) => {
    // Enter and arrows belong to a focused control; everything else to the page.
    const onControl = e.target instanceof HTMLElement && e.target.closest('button, a, [role=separator], .panel') !== null;
    if (e.key === '/') {
      searchBox.current?.focus();
      searchBox.current?.select();
    } else if (e.key === 'n') nextMatch(1);
    else if (e.key === 'N') nextMatch(-1);
    else if (e.key === 'c') setPath((on) => !on);
    else if (e.key === 'e') nextError(1);
    else if (e.key === 'E') nextError(-1);
    else if (/^[1-9]$/.test(e.key)) view.current?.toDepth(Number(e.key));
    else if (KEYS[e.key] && !(onControl && e.key.length > 1)) view.current?.command(KEYS[e.key]);
    else return false;
    return true;
  });

  return (
    <main className="trace-page">
      <TraceHeader model={model} show={(row) => { show(row); setPanel(true); }} nextError={() => nextError(1)} />
      {trouble && <Notice kind="error">{trouble} What you see is what came before.</Notice>}
      <Toolbar
        text={text}
        setText={setText}
        inputRef={searchBox}
        matchCount={matches ? rows.length : null}
        position={matches && selectedRow >= 0 && matches[selectedRow] ? rows.indexOf(selectedRow) + 1 : 0}
        pending={pending}
        failed={failed}
        next={nextMatch}
        command={(c) => view.current?.command(c)}
        toDepth={(d) => view.current?.toDepth(d)}
        path={path}
        setPath={setPath}
        neighbours={neighbours}
        traceId={traceId}
      />
      <div className="trace-body">
        <Waterfall
          ref={view}
          model={model}
          selectedRow={selectedRow}
          matches={matches}
          path={path}
          onSelect={choose}
          onOpen={(row) => { choose(row); setPanel(true); }}
        />
        {panel && selectedId !== null && (
          <SpanPanel model={model} row={selectedRow} spanId={selectedId} close={() => { setPanel(false); view.current?.focus(); }} show={show} />
        )}
      </div>
    </main>
  );
}
