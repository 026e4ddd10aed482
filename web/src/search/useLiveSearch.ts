import { useCallback, useEffect, useRef, useState } from 'react';
import { api, ApiError } from '../api/client.ts';
import type { Filters } from '../state/filters.ts';
import { toApiQuery } from '../state/filters.ts';
import { resolveRange, type TimeRange } from '../state/timeRange.ts';
import { appendPage, dropBefore, fromPage, mergeNewest, MOST_TRACES, type Results, showWaiting } from './results.ts';

export const FIRST_PAGE = 500;
const POLL_PAGE = 200;
const POLL_MS = 2000;

export interface LiveSearch {
  readonly results: Results | null;
  /** The first page is on its way; what is on screen belongs to the search before. */
  readonly loading: boolean;
  readonly loadingMore: boolean;
  readonly error: ApiError | null;
  /** Unix ms of the last answer; 0 before the first. */
  readonly updatedAt: number;
  loadMore(): void;
  showNew(): void;
  retry(): void;
}

/**
 * One search: its first page, older pages on demand, and while `live` the newest traces every two seconds as long as the
 * tab can be seen. `mayMove` says at the moment of an arrival whether rows may move under the reader.
 */
export function useLiveSearch(filters: Filters, range: TimeRange, live: boolean, mayMove: () => boolean): LiveSearch {
  const key = JSON.stringify([filters, range]);
  const [results, setResults] = useState<Results | null>(null);
  const [loadedKey, setLoadedKey] = useState('');
  const [error, setError] = useState<ApiError | null>(null);
  const [updatedAt, setUpdatedAt] = useState(0);
  const [loadingMore, setLoadingMore] = useState(false);
  const [round, setRound] = useState(0);
  const latest = useRef({ filters, range, mayMove, results });
  useEffect(() => {
    latest.current = { filters, range, mayMove, results };
  });

  // Older pages ask with the very conditions of the first: a cursor belongs to them.
  const firstQuery = useRef(new URLSearchParams());

  // The first page, anew for every search.
  useEffect(() => {
    const abort = new AbortController();
    const query = toApiQuery(latest.current.filters, latest.current.range, Date.now());
    query.set('limit', String(FIRST_PAGE));
    firstQuery.current = new URLSearchParams(query);
    query.set('total', 'bound');
    api.search(query, abort.signal).then(
      (page) => {
        setResults(fromPage(page));
        setLoadedKey(key);
        setError(null);
        setUpdatedAt(Date.now());
      },
      (e: unknown) => {
        if (abort.signal.aborted) return;
        setError(asApiError(e));
      },
    );
    return () => abort.abort();
  }, [key, round]);

  // Arrivals.
  const loaded = loadedKey === key;
  // What the server refused to understand it will refuse again.
  const failed = error !== null && error.status !== 400;
  useEffect(() => {
    // Before the first page: only to ask for it again. After it: only while live.
    if (loaded ? !live : !failed) return;
    const abort = new AbortController();
    let timer = 0;
    const tick = async () => {
      if (document.visibilityState === 'visible') {
        if (!latest.current.results || !loaded) {
          // The first page never came: try that again.
          setRound((r) => r + 1);
          return;
        }
        try {
          const now = Date.now();
          const query = toApiQuery(latest.current.filters, latest.current.range, now);
          query.set('limit', String(POLL_PAGE));
          const page = await api.search(query, abort.signal);
          const from = resolveRange(latest.current.range, now).from;
          const move = latest.current.mayMove();
          setResults((r) => {
            if (!r) return r;
            const merged = mergeNewest(r, page, move);
            return move && from !== undefined ? dropBefore(merged, BigInt(Math.floor(from)) * 1_000_000n) : merged;
          });
          setError(null);
          setUpdatedAt(Date.now());
        } catch (e) {
          if (abort.signal.aborted) return;
          setError(asApiError(e));
        }
      }
      if (!abort.signal.aborted) timer = window.setTimeout(() => void tick(), POLL_MS);
    };
    timer = window.setTimeout(() => void tick(), POLL_MS);
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [live, loaded, failed, key, round]);

  // More came than polls could bring: once nothing would move under the reader, the list is loaded anew.
  const gap = results?.gap === true && results.waiting.length === 0;
  useEffect(() => {
    if (gap) setRound((r) => r + 1);
  }, [gap]);

  const loadMore = useCallback(() => {
    const r = latest.current.results;
    if (!r?.next || loadingMore || r.traces.length >= MOST_TRACES) return;
    setLoadingMore(true);
    const query = new URLSearchParams(firstQuery.current);
    query.set('cursor', r.next);
    api.search(query)
      .then((page) => {
        setResults((now) => (now && now.next === r.next ? appendPage(now, page) : now));
        setError(null);
      }, (e: unknown) => setError(asApiError(e)))
      .finally(() => setLoadingMore(false));
  }, [loadingMore]);

  return {
    results,
    loading: loadedKey !== key && error === null,
    loadingMore,
    error,
    updatedAt,
    loadMore,
    showNew: useCallback(() => setResults((r) => (r ? showWaiting(r) : r)), []),
    retry: useCallback(() => {
      setError(null);
      setRound((r) => r + 1);
    }, []),
  };
}

const asApiError = (e: unknown): ApiError => (e instanceof ApiError ? e : new ApiError(0, e instanceof Error ? e.message : String(e)));
