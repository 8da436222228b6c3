import type { MetadataBearer } from '@smithy/types';

import type { AwsClient } from './verify-response.ts';

/** One call, with all its attempts. It holds nothing that was sent but the account. */
export interface CallReport {
  /** Such as `iam:GetGroup`. */
  readonly call: string;
  /** Undefined: the caller's own. */
  readonly account: string | undefined;
  /** HTTP status of the last attempt; undefined: no answer. */
  readonly status: number | undefined;
  /** AWS's error code, or that of a broken connection; undefined: it succeeded. */
  readonly error: string | undefined;
  readonly attempts: number;
  readonly milliseconds: number;
  readonly requestId: string | undefined;
}

/** Reports every call of a client when it has ended. Changes the client. */
export function reportCalls<Client, Input extends object, Output extends MetadataBearer>(
  client: Client & AwsClient<Input, Output>,
  onCall: (call: CallReport) => void,
  account?: string,
): Client & AwsClient<Input, Output> {
  client.middlewareStack.add(
    (next, { clientName = '', commandName = '' }) =>
      async (request) => {
        const startedAt = performance.now();
        const report = ({ $metadata, name }: Partial<MetadataBearer> & { readonly name?: string }): void => {
          onCall({
            call: `${clientName.replace(/Client$/, '').toLowerCase()}:${commandName.replace(/Command$/, '')}`,
            account: account ?? assumedAccount(request.input),
            status: $metadata?.httpStatusCode,
            error: name,
            attempts: $metadata?.attempts ?? 1,
            milliseconds: Math.round(performance.now() - startedAt),
            requestId: $metadata?.requestId,
          });
        };
        try {
          const result = await next(request);
          report({ $metadata: result.output.$metadata });
          return result;
        } catch (error) {
          report(error as Error);
          throw error;
        }
      },
    { name: 'reportCalls', step: 'initialize', priority: 'high' },
  );
  return client;
}

function assumedAccount(input: object): string | undefined {
  return 'RoleArn' in input ? /:iam::(\d{12}):/.exec(String(input.RoleArn))?.[1] : undefined;
}
