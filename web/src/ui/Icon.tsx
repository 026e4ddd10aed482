const PATHS = {
  search: 'M7 2.500a4.500 4.500 0 1 1 0 9a4.500 4.500 0 0 1 0-9M10.300 10.300L14 14',
  clock: 'M8 1.800a6.200 6.200 0 1 1 0 12.400a6.200 6.200 0 0 1 0-12.400M8 4.500V8l2.500 1.700',
  chevron: 'M4.500 6.500L8 10l3.500-3.500',
  close: 'M4 4l8 8M12 4l-8 8',
  copy: 'M5.500 5.500h7v8h-7zM3.500 10.500v-8h7',
  check: 'M3.500 8.500l3 3l6-7',
  link: 'M6.700 9.300l2.600-2.600M7.500 4.800l1.300-1.300a2.600 2.600 0 0 1 3.700 3.700l-1.300 1.300M8.500 11.200l-1.300 1.300a2.600 2.600 0 0 1-3.700-3.700l1.300-1.300',
  pause: 'M5.500 3.500v9M10.500 3.500v9',
  play: 'M5 3.200v9.600l7.500-4.800z',
  sun: 'M8 5.200a2.800 2.800 0 1 1 0 5.600a2.800 2.800 0 0 1 0-5.600M8 1.500v1.500M8 13v1.500M1.500 8H3M13 8h1.500M3.400 3.400l1.100 1.100M11.500 11.500l1.100 1.100M12.600 3.400l-1.100 1.100M4.500 11.500l-1.100 1.100',
  moon: 'M13 9.600A5.600 5.600 0 0 1 6.400 3a5.300 5.300 0 1 0 6.600 6.600z',
  system: 'M2.500 3.500h11v7.500h-11zM6 13.500h4',
  up: 'M8 13V3.500M4 7.500l4-4l4 4',
  left: 'M9.500 4L5.500 8l4 4',
  right: 'M6.500 4l4 4l-4 4',
  keyboard: 'M1.800 4h12.400v8H1.800zM4 6.500h.1M6.500 6.500h.1M9 6.500h.1M11.500 6.500h.1M5 9.500h6',
  plus: 'M8 3.500v9M3.500 8h9',
  error: 'M8 1.800a6.200 6.200 0 1 1 0 12.400a6.200 6.200 0 0 1 0-12.400M8 4.800v3.900M8 11v.2',
  warn: 'M8 2.300L14.300 13.300H1.700zM8 6.300v3.200M8 11.500v.2',
  info: 'M8 1.800a6.200 6.200 0 1 1 0 12.400a6.200 6.200 0 0 1 0-12.400M8 7.300v3.800M8 4.800v.2',
} as const;

export type IconName = keyof typeof PATHS;

/** A 16-pixel line icon; always beside a word or inside something that has an accessible name. */
export function Icon({ name, className }: { name: IconName; className?: string }) {
  return (
    <svg className={className ? `icon ${className}` : 'icon'} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

/** The mark: a ball of thread with its loose end. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" width="22" height="22" aria-hidden="true" focusable="false">
      <g fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round">
        <circle cx="14" cy="14" r="10.5" />
        <path d="M4.600 17.600C10 19.600 18.500 16.500 22.900 8.600" />
        <path d="M3.600 12.200C9 13.800 15.200 11 18.400 4.600" />
        <path d="M8.400 22.800C14.600 23 21.600 19 24.400 12.800" />
        <path d="M17.400 23.900C21 27.600 25.400 29.400 29.800 27.200" />
      </g>
    </svg>
  );
}
