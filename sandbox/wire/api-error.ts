/** An error response of an AWS service. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  /** Members besides the message, such as the `Reason` of Organizations. */
  readonly members: Readonly<Record<string, string>>;

  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: string,
    status: number,
    message: string,
    members: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.members = members;
    this.headers = headers;
  }
}
