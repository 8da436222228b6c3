import { ApiError } from '../../wire/api-error.ts';
import type { SandboxKey } from '../../organization/entities.ts';
import type { Call, Operations, Resource } from '../../calls/call.ts';
import { pageForList } from '../../calls/page-parameters.ts';
import { requiredText, shaped } from '../../calls/parameters.ts';
import { commonError } from '../../wire/common-errors.ts';
import { isoSeconds, leaf } from '../../wire/xml.ts';
import { keyElements, pageElements } from './elements.ts';
import { namedUser, userResource } from './resources.ts';

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
  const keys = [...namedUser(call).keys].sort((a, b) => (a.accessKeyId < b.accessKeyId ? -1 : 1));
  const page = pageForList(call, keys, (key) => key.accessKeyId);
  return pageElements('AccessKeyMetadata', page, keyElements);
}

/** IAM does not tell keys of others from keys that never were. */
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
    leaf('LastUsedDate', used && isoSeconds(used.at)) +
    leaf('ServiceName', used?.service ?? 'N/A') +
    leaf('Region', used?.region ?? 'N/A');
  return `${leaf('UserName', key.user.userName)}<AccessKeyLastUsed>${fields}</AccessKeyLastUsed>`;
}

function existingKey(call: Call): SandboxKey {
  const accessKeyId = requiredText(call, 'AccessKeyId');
  const key = call.caller.account.keys.get(accessKeyId);
  if (key) return key;
  const message = `User: ${call.caller.arn} is not authorized to perform: iam:${call.name} on resource: access key ${accessKeyId}`;
  throw commonError('iam', 'access-denied', message);
}

function createAccessKey(call: Call): string {
  const user = namedUser(call);
  if (user.keys.length >= KEYS_PER_USER) {
    throw new ApiError('LimitExceeded', 409, `Cannot exceed quota for AccessKeysPerUser: ${KEYS_PER_USER}`);
  }
  const key = call.caller.account.createKey(user, 'Active', call.now);
  const secret = `SandboxSecretAccessKey/${key.accessKeyId}`;
  return `<AccessKey>${keyElements(key)}${leaf('SecretAccessKey', secret)}</AccessKey>`;
}

function updateAccessKey(call: Call): undefined {
  const user = namedUser(call);
  const key = call.caller.account.keyOf(user, requiredText(call, 'AccessKeyId'));
  key.status = shaped(call, 'Status', requiredText(call, 'Status'), /^(Active|Inactive)$/);
}

function deleteAccessKey(call: Call): undefined {
  const { account } = call.caller;
  account.deleteKey(account.keyOf(namedUser(call), requiredText(call, 'AccessKeyId')));
}
