import { useEffect, useState } from 'react';
import { parseDuration } from '../format/duration.ts';
import { formatCount } from '../format/number.ts';
import { KINDS, type Kind, type Remarks, STATUSES, type Status } from '../api/types.ts';
import { isFiltered, type Filters } from '../state/filters.ts';
import { useOperations, useServices } from '../state/queries.ts';
import { Combobox } from '../ui/Combobox.tsx';
import { Copy } from '../ui/Copy.tsx';
import { Icon } from '../ui/Icon.tsx';
import { serviceColour } from '../views/palette.ts';

export function FilterBar({ filters: f, change, clear }: { filters: Filters; change: (f: Filters) => void; clear: () => void }) {
  const knownServices = useServices().data;
  const services = knownServices?.services ?? [];
  const knownOperations = useOperations(f.service).data;
  const operations = knownOperations?.operations ?? [];
  // One name may come in several kinds.
  const counts = new Map<string, number>();
  for (const o of operations) if (!f.kind || o.kind === f.kind) counts.set(o.name, (counts.get(o.name) ?? 0) + o.spanCount);

  return (
    <div className="filters" role="group" aria-label="Filters">
      <Field label="Service" on={f.service !== ''}>
        <Combobox
          label="Service"
          placeholder="any"
          value={f.service}
          remark={remarkOf(knownServices)}
          onCommit={(service) => change({ ...f, service, operation: service === f.service ? f.operation : '' })}
          options={services.map((s) => ({
            value: s.name,
            before: <span className="dot" style={{ background: serviceColour(s.name) }} />,
            after: formatCount(s.spanCount),
          }))}
        />
      </Field>
      <Field label="Operation" on={f.operation !== ''}>
        <Combobox
          className="wide"
          label="Operation"
          placeholder="any"
          value={f.operation}
          remark={remarkOf(knownOperations)}
          onCommit={(operation) => change({ ...f, operation })}
          options={[...counts].map(([value, n]) => ({ value, after: formatCount(n) }))}
        />
      </Field>
      <Field label="Kind" on={f.kind !== ''}>
        <select className="input" aria-label="Kind" value={f.kind} onChange={(e) => change({ ...f, kind: e.target.value as Kind | '' })}>
          <option value="">any</option>
          {KINDS.map((k) => <option key={k}>{k}</option>)}
        </select>
      </Field>
      <Field label="Status" on={f.status !== ''}>
        <select className="input" aria-label="Status" value={f.status} onChange={(e) => change({ ...f, status: e.target.value as Status | '' })}>
          <option value="">any</option>
          {STATUSES.map((s) => <option key={s}>{s}</option>)}
        </select>
      </Field>
      <Field label="Duration" on={f.minDuration !== '' || f.maxDuration !== ''}>
        <DurationInput label="Least duration" placeholder="min" value={f.minDuration} commit={(minDuration) => change({ ...f, minDuration })} />
        <span className="field-sep" aria-hidden="true">–</span>
        <DurationInput label="Longest duration" placeholder="max" value={f.maxDuration} commit={(maxDuration) => change({ ...f, maxDuration })} />
      </Field>
      {f.attrs.map((a) => (
        <span key={a} className="chip">
          <bdi className="chip-text" title={a.slice(0, 500)}>{a.slice(0, 200)}</bdi>
          <button type="button" aria-label={`Remove ${a.slice(0, 80)}`} onClick={() => change({ ...f, attrs: f.attrs.filter((x) => x !== a) })}>
            <Icon name="close" />
          </button>
        </span>
      ))}
      <AttributeInput add={(a) => change({ ...f, attrs: [...f.attrs.filter((x) => x !== a), a] })} />
      <label className="check">
        <input type="checkbox" checked={f.root} onChange={(e) => change({ ...f, root: e.target.checked })} />
        Root span
      </label>
      <span className="filters-end">
        {isFiltered(f) && <button type="button" className="button quiet" onClick={clear}>Clear</button>}
        <Copy icon="link" label="Copy link" what="a link to this search" text={() => window.location.href} />
      </span>
    </div>
  );
}

/** What an answer says of itself, as one text. */
function remarkOf(answer: Remarks | undefined): string | undefined {
  const said = [answer?.partial, ...(answer?.notes ?? [])].filter((each) => each !== undefined);
  return said.length > 0 ? said.join(' ') : undefined;
}

function Field({ label, on, children }: { label: string; on: boolean; children: React.ReactNode }) {
  return (
    <div className={on ? 'field on' : 'field'}>
      <span className="field-label" aria-hidden="true">{label}</span>
      {children}
    </div>
  );
}

function DurationInput({ label, value, placeholder, commit }: { label: string; value: string; placeholder: string; commit: (v: string) => void }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const bad = text.trim() !== '' && parseDuration(text) === null;
  const done = () => {
    const t = text.trim();
    if (!bad && t !== value) commit(t);
  };
  return (
    <input
      className="input duration-input"
      aria-label={label}
      aria-invalid={bad}
      title={bad ? 'A duration such as 1.5s, 200ms, 10us or 1h2m' : undefined}
      placeholder={placeholder}
      value={text}
      spellCheck={false}
      autoComplete="off"
      onChange={(e) => setText(e.target.value)}
      onBlur={done}
      onKeyDown={(e) => e.key === 'Enter' && done()}
    />
  );
}

function AttributeInput({ add }: { add: (a: string) => void }) {
  const [text, setText] = useState('');
  const t = text.trim();
  const valid = t.indexOf('=') > 0;
  return (
    <form
      className="field attr-field"
      onSubmit={(e) => {
        e.preventDefault();
        if (!valid) return;
        add(t);
        setText('');
      }}
    >
      <Icon name="plus" />
      <input
        className="input"
        aria-label="Attribute, key=value"
        placeholder="attribute = value"
        title="key=value, then Enter"
        value={text}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={t !== '' && !valid}
        onChange={(e) => setText(e.target.value.replace(/^(\s*[^=\s]+)\s+=\s*/, '$1='))}
      />
    </form>
  );
}
