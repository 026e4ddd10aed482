import { useQuery } from '@tanstack/react-query';
import { api, ApiError } from '../api/client.ts';
import { sameAnswer, TraceFlag } from '../api/skeleton.ts';
import { queryClient } from '../state/queries.ts';
import { buildModel, type TraceModel } from '../views/waterfall/model.ts';

const REFRESH_MS = 2000;

/**
 * One trace as a model; fetched again every two seconds while it is open. The same answer keeps the model,
 * so that nothing is painted anew.
 */
export function useTrace(traceId: string) {
  return useQuery<TraceModel, ApiError>({
    queryKey: ['trace', traceId],
    queryFn: async ({ signal }) => {
      const skeleton = await api.skeleton(traceId, signal);
      const before = queryClient.getQueryData<TraceModel>(['trace', traceId]);
      return before && sameAnswer(before.skeleton, skeleton) ? before : buildModel(skeleton);
    },
    structuralSharing: false,
    staleTime: 5000,
    refetchInterval: (q) => {
      const { data, error, errorUpdateCount } = q.state;
      if (data && data.skeleton.flags & TraceFlag.open) return REFRESH_MS;
      if (error?.status === 0) return REFRESH_MS;
      // Spans of an unknown trace may be on their way; after a minute they are not.
      return error?.status === 404 && errorUpdateCount < 15 ? 4000 : false;
    },
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
