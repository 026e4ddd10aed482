import { useEffect, useMemo, useState } from 'react';
import { api } from '../api/client.ts';
import type { TraceModel } from '../views/waterfall/model.ts';
import { matchRows, rowsWhere, withIds } from './matching.ts';

export interface InTraceSearch {
  /** 1 a row; null without a text. */
  readonly matches: Uint8Array | null;
  readonly rows: Int32Array;
  /** The server's part (attributes, events, messages) has not answered yet. */
  readonly pending: boolean;
  /** The server's part failed: only names, services and ids were searched. */
  readonly failed: boolean;
}

const NO_ROWS = new Int32Array(0);

/** Names, services and ids at once from the columns; attributes from the server a moment later. */
export function useInTraceSearch(model: TraceModel | undefined, text: string): InTraceSearch {
  const q = text.trim();
  const traceId = model?.skeleton.traceId;
  const [server, setServer] = useState<{ q: string; ids: readonly string[] | null }>({ q: '', ids: [] });

  useEffect(() => {
    if (q === '' || traceId === undefined) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      api.searchInTrace(traceId, q, abort.signal).then(
        (r) => setServer({ q, ids: r.spanIds }),
        () => !abort.signal.aborted && setServer({ q, ids: null }),
      );
    }, 200);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [traceId, q]);

  return useMemo(() => {
    if (!model || q === '') return { matches: null, rows: NO_ROWS, pending: false, failed: false };
    const here = matchRows(model.skeleton, q);
    const answered = server.q === q;
    const matches = answered && server.ids && server.ids.length > 0 ? withIds(model.skeleton, here, server.ids) : here;
    return { matches, rows: rowsWhere(matches), pending: !answered, failed: answered && server.ids === null };
  }, [model, q, server]);
}
