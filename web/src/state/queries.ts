import { QueryClient, useQuery } from '@tanstack/react-query';
import { api, ApiError } from '../api/client.ts';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // What a client did wrong stays wrong; a server that does not answer is asked again by the next poll.
      retry: (count, e) => count < 2 && !(e instanceof ApiError && e.status !== 503),
      staleTime: 10_000,
      gcTime: 60_000,
      networkMode: 'always',
    },
  },
});

export const useStatus = () =>
  useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => api.status(signal),
    refetchInterval: 5000,
    retry: false,
  });

export const useServices = () =>
  useQuery({ queryKey: ['services'], queryFn: ({ signal }) => api.services(signal), refetchInterval: 30_000 });

export const useOperations = (service: string) =>
  useQuery({ queryKey: ['operations', service], queryFn: ({ signal }) => api.operations(service || undefined, signal) });
