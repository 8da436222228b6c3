import { accessDeniedMessage } from '../../calls/authorize.ts';
import type { Call, Operations, Resource } from '../../calls/call.ts';
import { pageOfList } from '../../calls/page-parameters.ts';
import { matching, requiredString } from '../../calls/parameters.ts';
import type { SandboxKey } from '../../organization/entities.ts';
import { ApiError } from '../../wire/api-error.ts';
import { commonError } from '../../wire/common-errors.ts';
import { element, isoSeconds } from '../../wire/xml.ts';
import { keyElements, pageElements } from './elements.ts';
import { userOrCaller, userResource } from './resources.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const KEYS_PER_USER = 2;

export const KEY_OPERATIONS: Operations<string | undefined> = {
  ListAccessKeys: { resource: userResource, run: listAccessKeys },
  GetAccessKeyLastUsed: { resource: lastUsedResource, run: getAccessKeyLastUsed },
  CreateAccessKey: { writes: true, resource: userResource, run: createAccessKey },
  UpdateAccessKey: { writes: true, resource: userResource, run: updateAccessKey },
  DeleteAccessKey: { writes: true, resource: userResource, run: deleteAccessKey },
};

function listAccessKeys(call: Call): string {
  const keys = [...userOrCaller(call).keys].sort((a, b) => (a.accessKeyId < b.accessKeyId ? -1 : 1));
  const page = pageOfList(call, keys, (key) => key.accessKeyId);
  return pageElements('AccessKeyMetadata', page, keyElements);
}

function lastUsedResource(call: Call): Resource {
  const { user } = existingKey(call);
  const { account } = call.caller;
  return {
    arn: account.arn('user', user.path, user.userName),
    label: `user ${user.userName}`,
    tags: user.tags,
  };
}

function getAccessKeyLastUsed(call: Call): string {
  const key = existingKey(call);
  const used = key.lastUsed;
  const fields =
    element('LastUsedDate', used && isoSeconds(used.at)) +
    element('ServiceName', used?.service ?? 'N/A') +
    element('Region', used?.region ?? 'N/A');
  return `${element('UserName', key.user.userName)}<AccessKeyLastUsed>${fields}</AccessKeyLastUsed>`;
}

/** IAM gives the same error for a key of another account and for one that does not exist. */
function existingKey(call: Call): SandboxKey {
  const accessKeyId = requiredString(call, 'AccessKeyId');
  const key = call.caller.account.keys.get(accessKeyId);
  if (key) return key;
  const message = accessDeniedMessage(call.caller, `iam:${call.name}`, `access key ${accessKeyId}`);
  throw commonError('iam', 'access-denied', message);
}

function createAccessKey(call: Call): string {
  const user = userOrCaller(call);
  if (user.keys.length >= KEYS_PER_USER) {
    throw new ApiError('LimitExceeded', 409, `Cannot exceed quota for AccessKeysPerUser: ${KEYS_PER_USER}`);
  }
  const key = call.caller.account.createKey(user, 'Active', call.now);
  const secret = `SandboxSecretAccessKey/${key.accessKeyId}`;
  return `<AccessKey>${keyElements(key)}${element('SecretAccessKey', secret)}</AccessKey>`;
}

function updateAccessKey(call: Call): undefined {
  const user = userOrCaller(call);
  const key = call.caller.account.keyOf(user, requiredString(call, 'AccessKeyId'));
  key.status = matching(call, 'Status', /^(Active|Inactive)$/);
}

function deleteAccessKey(call: Call): undefined {
  const { account } = call.caller;
  account.deleteKey(account.keyOf(userOrCaller(call), requiredString(call, 'AccessKeyId')));
}
