import type { OtherRequest } from '../../sandbox/faults/faults.ts';
import type { Site } from './site.ts';
import { strangers, THEIR_ACCOUNT } from './strangers.ts';
import {
  keyOf,
  OPTED_OUT,
  organizationOfCell,
  OUT_OF_SCOPE,
  PAYMENTS,
  PREFIX,
  TARGETS,
  WEB,
} from './world.ts';

const template = organizationOfCell();
const callOf = ({ service, call }: Site): string => `${service}:${call}`;
const nameIn = ({ aim }: Site, parameter: string): string => aim.where?.[parameter] ?? '';

/** A call of the same service whose answer looks like it, or at least is well-formed. */
const ANOTHER_CALL: Readonly<Record<string, OtherRequest>> = {
  'sts:GetCallerIdentity': {
    call: 'AssumeRole',
    parameters: { RoleArn: `arn:aws:iam::${PAYMENTS}:role/KeysweepRotation`, RoleSessionName: 'another' },
  },
  'sts:AssumeRole': { call: 'GetCallerIdentity' },
  'organizations:DescribeOrganization': { call: 'ListRoots' },
  'organizations:ListAccounts': { call: 'ListAccountsForParent', parameters: { ParentId: template.root.id } },
  'organizations:ListRoots': { call: 'ListAccounts' },
  'organizations:ListOrganizationalUnitsForParent': { call: 'ListAccountsForParent' },
  'organizations:ListAccountsForParent': { call: 'ListAccounts' },
  'organizations:ListTagsForResource': { call: 'ListRoots' },
  'tagging:GetResources': { call: 'GetTagKeys' },
  'iam:GetGroup': { call: 'ListUsers' },
  'iam:ListAccessKeys': { call: 'ListUserTags' },
  'iam:ListUserTags': { call: 'ListAccessKeys' },
  'iam:GetLoginProfile': { call: 'GetUser' },
  'iam:ListUsers': { call: 'ListGroups' },
  'iam:GetAccountSummary': { call: 'ListUsers' },
  'iam:ListServiceSpecificCredentials': { call: 'ListSSHPublicKeys' },
  'iam:ListSSHPublicKeys': { call: 'ListSigningCertificates' },
  'iam:ListSigningCertificates': { call: 'ListSSHPublicKeys' },
  'iam:GetAccessKeyLastUsed': { call: 'ListUsers' },
  'iam:UpdateAccessKey': { call: 'ListAccessKeys' },
  'iam:DeleteAccessKey': { call: 'ListAccessKeys' },
  'organizations:DescribeAccount': { call: 'ListAccounts' },
  'organizations:ListParents': { call: 'ListRoots' },
  'kms:Sign': { call: 'GetPublicKey' },
  'kms:GetPublicKey': { call: 'DescribeKey' },
  'kms:DescribeKey': { call: 'GetPublicKey' },
  's3:ListObjectVersions': { call: 'ListBuckets' },
  's3:ListObjectsV2': { call: 'ListBuckets' },
  's3:GetObject': { call: 'ListObjectsV2' },
  's3:HeadObject': { call: 'ListBuckets' },
  's3:PutObject': { call: 'ListBuckets' },
  's3:DeleteObject': { call: 'ListBuckets' },
};

export function anotherCalls(site: Site): OtherRequest | undefined {
  return ANOTHER_CALL[callOf(site)];
}

/** The same call in another account of the organization, or of another organization's management account. */
export function anotherAccounts(site: Site): OtherRequest | undefined {
  const { service, call, aim } = site;
  const account = TARGETS[(TARGETS.indexOf(aim.account ?? '') + 1) % TARGETS.length] ?? PAYMENTS;
  if (call === 'UpdateAccessKey' || call === 'DeleteAccessKey') return { organization: organizationOfCell() };
  if (call === 'GetAccessKeyLastUsed')
    return { account, parameters: { AccessKeyId: keyOf(template, account, 'bob') } };
  if (service === 'iam' || service === 'sts') return { account };
  // The same body under the same name has the same answer in every bucket.
  if (call === 'PutObject' || call === 'DeleteObject') return undefined;
  const organization = strangers();
  const parameters = THEIRS[call];
  if (parameters) return { organization, parameters };
  if (aim.where?.ParentId === undefined) return { organization };
  const unit = organization.root.units.list()[0]?.id ?? '';
  const isRoot = aim.where.ParentId === template.root.id;
  return { organization, parameters: { ParentId: isRoot ? organization.root.id : unit } };
}

const THEIRS: Readonly<Record<string, OtherRequest['parameters']>> = {
  ListTagsForResource: { ResourceId: THEIR_ACCOUNT },
  DescribeAccount: { AccountId: THEIR_ACCOUNT },
  ListParents: { ChildId: THEIR_ACCOUNT },
};

/** Somebody of the same account whose answer would be believed to the worst. */
const ANOTHER_USER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ListAccessKeys: { ada: 'zoe', bob: 'zoe', dan: 'ada' },
  ListUserTags: { ada: 'cleo', cleo: 'ada', dan: 'ada' },
  GetLoginProfile: { ada: 'zoe', bob: 'zoe', dan: 'ada' },
  ListServiceSpecificCredentials: { ada: 'zoe' },
  ListSSHPublicKeys: { ada: 'zoe' },
  ListSigningCertificates: { ada: 'zoe' },
};

/** The same call in the same account, about another user, group, key, OU, account, role or object. */
export function anothers(site: Site): OtherRequest | undefined {
  const account = site.aim.account ?? '';
  switch (callOf(site)) {
    case 'sts:AssumeRole':
      return { parameters: { RoleArn: `arn:aws:iam::${account}:role/OrganizationAccountAccessRole` } };
    case 'iam:GetGroup':
      return { parameters: { GroupName: 'Operators' } };
    case 'iam:GetAccessKeyLastUsed':
      return { parameters: { AccessKeyId: keyOf(template, account, 'zoe') } };
    case 'iam:UpdateAccessKey':
    case 'iam:DeleteAccessKey':
      return { organization: organizationOfCell() };
    case 'organizations:ListOrganizationalUnitsForParent':
    case 'organizations:ListAccountsForParent':
      return { parameters: { ParentId: anotherParent(nameIn(site, 'ParentId')) } };
    case 'organizations:DescribeAccount':
      return { parameters: { AccountId: OPTED_OUT } };
    case 'organizations:ListParents':
      return { parameters: { ChildId: OUT_OF_SCOPE } };
    case 'kms:Sign':
      return { parameters: { Message: Buffer.from('another').toString('base64') } };
    case 'organizations:ListTagsForResource':
      return { parameters: { ResourceId: nameIn(site, 'ResourceId') === OPTED_OUT ? WEB : OPTED_OUT } };
    case 's3:ListObjectVersions':
    case 's3:ListObjectsV2':
      return { parameters: { prefix: `${PREFIX}/accounts/` } };
    case 's3:GetObject':
      return { parameters: { Key: `${PREFIX}/accounts/${WEB}.json` } };
    case 's3:HeadObject':
      return { parameters: { Key: `${PREFIX}/accounts/${WEB}.json` } };
    case 's3:PutObject':
      return { organization: strangers(), parameters: ANOTHER_BODY };
    default: {
      const another = ANOTHER_USER[site.call]?.[nameIn(site, 'UserName')];
      return another === undefined ? undefined : { parameters: { UserName: another } };
    }
  }
}

/** With its own checksum. */
const ANOTHER_BODY = { Body: '{}', 'x-amz-checksum-crc32': 'o6a/Qw==' };

function anotherParent(id: string): string {
  const units = template.root.units.list().map((unit) => unit.id);
  return [template.root.id, ...units].find((other) => other !== id) ?? '';
}
