/** A vertical divider that is dragged, or moved with the arrow keys. */
export function ColumnDivider({ at, value, min, max, label, change, step }: {
  /** Its place from the left of its container, CSS pixels. */
  at: number;
  value: number;
  min: number;
  max: number;
  label: string;
  /** Called with the place wanted, pixels from the container's left. */
  change: (px: number) => void;
  /** Called with −1 or 1 for a key. */
  step: (direction: 1 | -1) => void;
}) {
  return (
    <div
      className="divider"
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={Math.round(value * 100)}
      aria-valuemin={Math.round(min * 100)}
      aria-valuemax={Math.round(max * 100)}
      tabIndex={0}
      style={{ left: at - 4 }}
      onKeyDown={(e) => {
        if (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight') return;
        e.preventDefault();
        step(e.key === 'ArrowLeft' ? -1 : 1);
      }}
      onPointerDown={(e) => {
        e.preventDefault();
        const element = e.currentTarget;
        const left = element.parentElement!.getBoundingClientRect().left;
        element.setPointerCapture(e.pointerId);
        const move = (ev: PointerEvent) => change(ev.clientX - left);
        const up = () => {
          element.removeEventListener('pointermove', move);
          element.removeEventListener('pointerup', up);
          element.removeEventListener('pointercancel', up);
        };
        element.addEventListener('pointermove', move);
        element.addEventListener('pointerup', up);
        element.addEventListener('pointercancel', up);
      }}
    />
  );
}
