import { useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { formatClockShort, formatDay, fromInputValue, sameDay, toInputValue, type Zone } from '../format/time.ts';
import { usePrefs } from '../state/prefs.ts';
import { useSession } from '../state/session.ts';
import { readRange, RELATIVE, resolveRange, type TimeRange, writeRange } from '../state/timeRange.ts';
import { Icon } from '../ui/Icon.tsx';
import { Popover } from '../ui/Popover.tsx';

function describe(r: TimeRange, zone: Zone): string {
  if (r.kind === 'all') return 'All time';
  if (r.kind === 'last') return RELATIVE.find((x) => x.key === r.key)!.label;
  const clock = (ms: number) => formatClockShort(ms, zone, true);
  if (sameDay(r.from, r.to, zone)) {
    const today = sameDay(r.from, Date.now(), zone);
    return `${today ? '' : `${formatDay(r.from, zone)} `}${clock(r.from)} – ${clock(r.to)}`;
  }
  return `${formatDay(r.from, zone)} ${clock(r.from)} – ${formatDay(r.to, zone)} ${clock(r.to)}`;
}

/** The product's one time range, kept in the address of the search. On other pages it leads to the search. */
export function TimeControl() {
  const location = useLocation();
  const navigate = useNavigate();
  const lastQuery = useSession((s) => s.searchQuery);
  const zone = usePrefs((p) => p.zone);
  const params = new URLSearchParams(location.pathname === '/search' ? location.search : lastQuery);
  const range = readRange(params);
  const choose = (r: TimeRange) => void navigate(`/search?${writeRange(params, r)}`);
  const label = describe(range, zone);
  return (
    <Popover
      name={`Time range: ${label}`}
      className="bar-button time-button"
      button={<><Icon name="clock" /><span className="time-label">{label}</span><Icon name="chevron" /></>}
    >
      {(close) => (
        <>
          <ul className="menu">
            {[...RELATIVE.map((r): [string, TimeRange] => [r.label, { kind: 'last', key: r.key, ms: r.ms }]), ['All time', { kind: 'all' }] as [string, TimeRange]].map(([text, r]) => {
              const on = r.kind === range.kind && (r.kind !== 'last' || (range.kind === 'last' && r.key === range.key));
              return (
                <li key={text}>
                  <button type="button" className="menu-item" aria-pressed={on} onClick={() => { choose(r); close(); }}>
                    <span>{text}</span>
                    {on && <Icon name="check" />}
                  </button>
                </li>
              );
            })}
          </ul>
          <Absolute range={range} zone={zone} apply={(r) => { choose(r); close(); }} />
        </>
      )}
    </Popover>
  );
}

function Absolute({ range, zone, apply }: { range: TimeRange; zone: Zone; apply: (r: TimeRange) => void }) {
  const [now] = useState(() => Date.now());
  const seen = resolveRange(range, now);
  const [from, setFrom] = useState(() => toInputValue(seen.from ?? now - 3_600_000, zone));
  const [to, setTo] = useState(() => toInputValue(seen.to ?? now, zone));
  const a = fromInputValue(from, zone);
  const b = fromInputValue(to, zone);
  const valid = a !== null && b !== null && b > a;
  return (
    <form
      className="absolute"
      onSubmit={(e) => {
        e.preventDefault();
        if (valid) apply({ kind: 'absolute', from: a, to: b });
      }}
    >
      <label>From<input className="input" type="datetime-local" step="1" value={from} onChange={(e) => setFrom(e.target.value)} /></label>
      <label>To<input className="input" type="datetime-local" step="1" value={to} onChange={(e) => setTo(e.target.value)} /></label>
      <div className="absolute-foot">
        <span className="hint">{valid ? (zone === 'utc' ? 'Times in UTC' : 'Local times') : 'The end must lie after the start'}</span>
        <button type="submit" className="button primary" disabled={!valid}>Apply</button>
      </div>
    </form>
  );
}
