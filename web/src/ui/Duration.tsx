import { splitDuration } from '../format/duration.ts';

/** A duration with its unit dimmed. */
export function Duration({ ns }: { ns: number }) {
  const { value, unit } = splitDuration(ns);
  return (
    <span className="quantity">
      {value}
      {unit !== '' && <span className="unit">{'\u202f'}{unit}</span>}
    </span>
  );
}
