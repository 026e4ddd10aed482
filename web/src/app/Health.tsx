import { useEffect, useState } from 'react';
import { ApiError } from '../api/client.ts';
import { formatBytes, formatCount } from '../format/number.ts';
import { formatClockShort, formatDateTime } from '../format/time.ts';
import { usePrefs } from '../state/prefs.ts';
import { useStatus } from '../state/queries.ts';
import { Popover } from '../ui/Popover.tsx';

type Level = 'ok' | 'warn' | 'error' | 'unknown';

/** Green without words; amber and red with words; offline says since when. */
export function Health() {
  const { data, isError, error, dataUpdatedAt, errorUpdatedAt } = useStatus();
  const answered = error instanceof ApiError && error.status !== 0;
  const zone = usePrefs((p) => p.zone);
  // Since the last answer; since the first failure where there never was one.
  const [firstFailure, setFirstFailure] = useState<number | null>(null);
  useEffect(() => {
    if (isError) setFirstFailure((f) => f ?? errorUpdatedAt);
    else setFirstFailure(null);
  }, [isError, errorUpdatedAt]);
  const since = dataUpdatedAt || firstFailure || errorUpdatedAt;

  let level: Level = 'unknown';
  let words = '';
  if (isError) {
    level = 'error';
    words = answered ? 'Status cannot be read' : `Offline since ${formatClockShort(since, zone, true)}`;
  } else if (data) {
    level = data.health.state;
    if (level !== 'ok') words = data.health.messages?.[0] ?? (level === 'warn' ? 'Needs attention' : 'Failing');
  }
  const name = level === 'ok' ? 'Server: healthy' : words ? `Server: ${words}` : 'Server: asking';
  return (
    <Popover
      name={name}
      className={`bar-button health health-${level}`}
      button={<><span className="health-dot" />{words && <span className="health-words">{words}</span>}</>}
    >
      {() => (
        <div className="health-panel">
          {isError && answered && <p>The server answers, but does not tell its status: {error.message}</p>}
          {isError && !answered && <p>The server has not answered since {formatClockShort(since, zone, true)}. What you see is from then; the page asks again by itself.</p>}
          {!isError && level === 'ok' && <p>Healthy.</p>}
          {!isError && data?.health.messages?.map((m) => <p key={m}>{m}</p>)}
          {data && (
            <dl className="facts">
              <dt>Version</dt><dd>{data.version}</dd>
              <dt>Started</dt><dd>{formatDateTime(startedMs(data.started), zone)}</dd>
              <dt>Spans received</dt><dd>{formatCount(data.spans.received)}</dd>
              <dt>Rejected</dt><dd>{formatCount(data.spans.rejected)}</dd>
              <dt>Stored</dt><dd>{formatCount(data.spans.stored)}</dd>
              <dt>In open traces</dt><dd>{formatCount(data.spans.open)}</dd>
              {data.freshness && <><dt>Found after</dt><dd>{formatSeconds(data.freshness.p50)}, of 100 traces 99 within {formatSeconds(data.freshness.p99)}</dd></>}
              {data.storage?.bytes !== undefined && <><dt>On disk</dt><dd>{formatBytes(data.storage.bytes)}{data.storage.segments !== undefined && ` in ${formatCount(data.storage.segments)} segments`}</dd></>}
              {data.storage?.directory && <><dt>Directory</dt><dd className="mono">{data.storage.directory}</dd></>}
            </dl>
          )}
        </div>
      )}
    </Popover>
  );
}

/** Two digits are enough: 4.2 ms, 310 ms, 1.4 s. */
function formatSeconds(seconds: number): string {
  return seconds < 0.9995 ? `${Number((seconds * 1000).toPrecision(2))} ms` : `${Number(seconds.toPrecision(2))} s`;
}

/** `started` is an instant as text: Unix ns as elsewhere in the API, or RFC 3339. */
function startedMs(started: string): number {
  return /^\d+$/.test(started) ? Number(started) / 1e6 : Date.parse(started);
}
