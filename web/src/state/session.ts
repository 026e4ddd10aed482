import { create } from 'zustand';

/** What one visit remembers between pages; gone with the tab. */
interface Session {
  /** Query string of the last search, so that "Search" leads back to it. */
  searchQuery: string;
  /** Trace ids of the last list, in its order, for previous/next. At most what the list held (5,000). */
  traceIds: readonly string[];
  set(s: Partial<Pick<Session, 'searchQuery' | 'traceIds'>>): void;
}

export const useSession = create<Session>()((set) => ({ searchQuery: '', traceIds: [], set }));
