import type { ApiError } from './api-error.ts';

/** What goes back over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** How a service puts answers and errors on the wire. */
export interface Protocol<Answer> {
  answer(callName: string, answer: Answer, requestId: string): HttpAnswer;
  error(error: ApiError, requestId: string): HttpAnswer;
}
