import type { FaultFacts } from './story.ts';

/** Calls whose answers do not say whom they are about, or of which account or list they are. */
const NAMELESS: Readonly<Record<string, readonly string[]>> = {
  'other-answer call': ['ListAccounts', 'ListAccountsForParent'],
  'other-answer account': [
    'ListAccessKeys',
    'ListUserTags',
    'GetLoginProfile',
    'GetAccessKeyLastUsed',
    'ListTagsForResource',
    'ListParents',
  ],
  'other-answer subject': [
    'ListAccessKeys',
    'ListUserTags',
    'GetLoginProfile',
    'ListTagsForResource',
    'ListParents',
    'ListAccountsForParent',
    'ListOrganizationalUnitsForParent',
  ],
  'earlier-answer': [
    'ListAccessKeys',
    'ListUserTags',
    'GetLoginProfile',
    'ListTagsForResource',
    'ListParents',
    'ListAccountsForParent',
    'ListOrganizationalUnitsForParent',
  ],
  // As AWS says it when nothing is wrong: there is no such group, or no password.
  'error NoSuchEntity': ['GetGroup', 'GetLoginProfile'],
};

/** Whether nothing in the answer gives it away. docs/fault-matrix.md says what that means. */
export function isNameless({
  kind,
  call = '',
  instead,
  error,
}: Pick<FaultFacts, 'kind' | 'call' | 'instead' | 'error'>): boolean {
  return NAMELESS[[kind, instead?.of ?? error?.code ?? []].flat().join(' ')]?.includes(call) ?? false;
}
