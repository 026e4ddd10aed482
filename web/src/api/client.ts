import { decodeSkeleton, type Skeleton } from './skeleton.ts';
import type { Operations, SearchPage, ServerStatus, Services, SpanDetail } from './types.ts';

const BASE = '/api/clew/v1';

/** What went wrong, in the server's words where it had any. `status` is 0 where no answer came. */
export class ApiError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

async function get(path: string, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(BASE + path, { signal });
  } catch (e) {
    if (signal?.aborted) throw e;
    throw new ApiError(0, 'The server does not answer.');
  }
  if (response.ok) return response;
  const isProblem = response.headers.get('content-type')?.includes('json') ?? false;
  const problem = isProblem ? ((await response.json().catch(() => null)) as { title?: string; detail?: string } | null) : null;
  // A proxy in front answers 502/504 when the server is gone: for the reader that is "no answer".
  if (!problem && (response.status === 502 || response.status === 504)) throw new ApiError(0, 'The server does not answer.');
  throw new ApiError(response.status, problem?.detail ?? problem?.title ?? `The server answered ${response.status}.`);
}

async function json<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await get(path, signal)).json()) as T;
}

const part = encodeURIComponent;

export const api = {
  status: (signal?: AbortSignal) => json<ServerStatus>('/status', signal),
  services: (signal?: AbortSignal) => json<Services>('/services', signal),
  operations: (service: string | undefined, signal?: AbortSignal) =>
    json<Operations>(service ? `/operations?service=${part(service)}` : '/operations', signal),
  search: (query: URLSearchParams, signal?: AbortSignal) => json<SearchPage>(`/search?${query}`, signal),
  span: (traceId: string, spanId: string, signal?: AbortSignal) =>
    json<{ spans: SpanDetail[] }>(`/traces/${part(traceId)}/spans/${part(spanId)}`, signal),
  searchInTrace: (traceId: string, q: string, signal?: AbortSignal) =>
    json<{ spanIds: string[] }>(`/traces/${part(traceId)}/search?q=${part(q)}`, signal),
  otlpJsonUrl: (traceId: string) => `${BASE}/traces/${part(traceId)}`,

  /** The bytes become typed array views over the answer's own buffer; nothing is copied. */
  async skeleton(traceId: string, signal?: AbortSignal): Promise<Skeleton> {
    const response = await get(`/traces/${part(traceId)}/skeleton`, signal);
    const bytes = await response.arrayBuffer();
    performance.clearMarks('clew:trace-data');
    performance.mark('clew:trace-data');
    return { ...decodeSkeleton(bytes), partial: response.headers.get('Clew-Partial') ?? undefined, remark: response.headers.get('Clew-Notes') ?? undefined };
  },
};
