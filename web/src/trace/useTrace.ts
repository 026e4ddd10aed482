import { useQuery } from '@tanstack/react-query';
import { api, ApiError } from '../api/client.ts';
import { sameBytes, TraceFlag } from '../api/skeleton.ts';
import { queryClient } from '../state/queries.ts';
import { buildModel, type TraceModel } from '../views/waterfall/model.ts';

const REFRESH_MS = 2000;

/**
 * One trace as a model; fetched again every two seconds while it is open. An answer with the same bytes keeps the model,
 * so that nothing is painted anew.
 */
export function useTrace(traceId: string) {
  return useQuery<TraceModel, ApiError>({
    queryKey: ['trace', traceId],
    queryFn: async ({ signal }) => {
      const skeleton = await api.skeleton(traceId, signal);
      const before = queryClient.getQueryData<TraceModel>(['trace', traceId]);
      return before && sameBytes(before.skeleton.buffer, skeleton.buffer) ? before : buildModel(skeleton);
    },
    structuralSharing: false,
    staleTime: 5000,
    refetchInterval: (q) => (q.state.data && q.state.data.skeleton.flags & TraceFlag.open ? REFRESH_MS : q.state.error?.status === 0 ? REFRESH_MS : false),
  });
}

/** All spans with an id; what was shown before stays until the answer comes. */
export function useSpan(traceId: string, spanId: string | null) {
  return useQuery({
    queryKey: ['span', traceId, spanId],
    queryFn: ({ signal }) => api.span(traceId, spanId!, signal),
    enabled: spanId !== null,
    placeholderData: (before) => before,
    structuralSharing: false,
    staleTime: 30_000,
    gcTime: 30_000,
  });
}
