import { Fragment, useState } from 'react';
import { Link } from 'react-router';
import type { Attribute } from '../api/types.ts';
import { hasInvisible, oneLine, revealInvisible } from '../format/text.ts';
import { formatBytes, formatCount } from '../format/number.ts';
import { Copy } from '../ui/Copy.tsx';
import { Icon } from '../ui/Icon.tsx';
import { contains, valueText } from './valueText.ts';

const FIRST = 100;
const STEP = 500;
const VALUE_FIRST = 600;
const VALUE_STEP = 50_000;

/** Keys, types and values; long lists and values show their beginning and the rest on demand. */
export function Attributes({ list, filter, quiet }: { list: readonly Attribute[]; filter: string; quiet?: boolean }) {
  const [limit, setLimit] = useState(FIRST);
  const shown = filter === '' ? list : list.filter((a) => contains(a, filter));
  if (shown.length === 0) return quiet ? null : <p className="none">{list.length === 0 ? 'None.' : 'None match the filter.'}</p>;
  return (
    <>
      <dl className="attrs">
        {shown.slice(0, limit).map((a, i) => <Row key={`${a.key}\u0000${i}`} a={a} />)}
      </dl>
      {shown.length > limit && (
        <button type="button" className="button quiet" onClick={() => setLimit(limit + STEP)}>
          Show {formatCount(Math.min(STEP, shown.length - limit))} more of {formatCount(shown.length)}
        </button>
      )}
    </>
  );
}

/** A key that may break after its dots and underscores. */
const breakable = (key: string) => key.split(/(?<=[._])/).map((part, i) => <Fragment key={i}>{i > 0 && <wbr />}{part}</Fragment>);

function Row({ a }: { a: Attribute }) {
  const [length, setLength] = useState(VALUE_FIRST);
  const text = valueText(a);
  // Equality is defined for scalars; the address must stay one that browsers and servers take.
  const findable = (a.type === 'string' || a.type === 'int' || a.type === 'double' || a.type === 'bool') && text.length + a.key.length <= 1500 && text !== '';
  return (
    <div className={text.length > 90 || text.includes('\n') ? 'attr attr-long' : 'attr'}>
      <dt>
        <bdi className="attr-key" title={oneLine(a.key, 1000)}>{breakable(oneLine(a.key, 300))}</bdi>
      </dt>
      <dd>
        <bdi className={`attr-value attr-${a.type}`}>{a.type === 'empty' ? 'empty' : text === '' ? '""' : revealInvisible(text.slice(0, length))}</bdi>
        {text.length > length && (
          <button type="button" className="text-button accent" onClick={() => setLength(length + VALUE_STEP)}>
            … {length === VALUE_FIRST ? `show more of ${formatBytes(text.length)}` : 'show more'}
          </button>
        )}
        {hasInvisible(text.slice(0, length)) && <span className="attr-hidden">has invisible characters, written out here</span>}
        <span className="attr-type">{a.type}</span>
        <span className="attr-actions">
          {findable && (
            <Link className="icon-button" to={`/search?${new URLSearchParams({ attr: `${a.key}=${text}` })}`} title="Search for traces with this attribute" aria-label={`Search for traces with ${a.key.slice(0, 80)} = ${text.slice(0, 80)}`}>
              <Icon name="search" />
            </Link>
          )}
          <Copy text={text} what={`the value of ${a.key.slice(0, 80)}`} />
        </span>
      </dd>
    </div>
  );
}
