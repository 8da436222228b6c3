import type { ApiError } from './api-error.ts';

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** How a service encodes results and errors. */
export interface Protocol<Result> {
  response(callName: string, result: Result, requestId: string): HttpResponse;
  error(error: ApiError, requestId: string): HttpResponse;
}
