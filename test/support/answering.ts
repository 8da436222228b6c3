import { Readable } from 'node:stream';

import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { HttpResponse } from '@smithy/core/protocols';

/**
 * Clients that get responses which the sandbox never sends: each body once, in this order, then the last
 * forever. The SDK parses them as it does AWS's.
 */

/** @param results the inside of `<…Result>`, as XML */
export function iamAnswering(call: string, ...results: readonly string[]): IAMClient {
  const bodies = results.map(
    (result) => `<${call}Response><${call}Result>${result}</${call}Result></${call}Response>`,
  );
  return new IAMClient(settings(bodies));
}

export function organizationsAnswering(...answers: readonly object[]): OrganizationsClient {
  return new OrganizationsClient(settings(answers.map((answer) => JSON.stringify(answer))));
}

export function taggingAnswering(...answers: readonly object[]): ResourceGroupsTaggingAPIClient {
  return new ResourceGroupsTaggingAPIClient(settings(answers.map((answer) => JSON.stringify(answer))));
}

function settings(bodies: readonly string[]) {
  const left = [...bodies];
  const handle = (_request: unknown, { abortSignal }: { abortSignal?: AbortSignal } = {}) => {
    // As the SDK's own handler does.
    if (abortSignal?.aborted) return Promise.reject(abortSignal.reason as Error);
    const body = (left.length > 1 ? left.shift() : left[0]) ?? '';
    return Promise.resolve({ response: new HttpResponse({ statusCode: 200, body: Readable.from([body]) }) });
  };
  return {
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' },
    requestHandler: { handle, updateHttpClientConfig: () => undefined, httpHandlerConfigs: () => ({}) },
  };
}
