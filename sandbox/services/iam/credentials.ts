import type { Call, Operations } from '../../calls/call.ts';
import { pageOfList } from '../../calls/page-parameters.ts';
import { optionalString } from '../../calls/parameters.ts';
import type { SandboxCredential, SandboxUser } from '../../organization/entities.ts';
import { element, isoSeconds } from '../../wire/xml.ts';
import { pageElements } from './elements.ts';
import { listResource, userOrCaller, userResource } from './resources.ts';

export const CREDENTIAL_OPERATIONS: Operations<string | undefined> = {
  GetAccountSummary: { resource: listResource('user'), run: getAccountSummary },
  ListServiceSpecificCredentials: { resource: userResource, run: listServiceSpecificCredentials },
  ListSSHPublicKeys: { resource: userResource, run: listSshPublicKeys },
  ListSigningCertificates: { resource: userResource, run: listSigningCertificates },
};

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html */
function getAccountSummary({ caller: { account } }: Call): string {
  const figures = {
    AccountAccessKeysPresent: account.rootKeys,
    Groups: account.groups.list().length,
    Roles: account.roles.list().length,
    Users: account.users.list().length,
  };
  const entries = Object.entries(figures).map(
    ([key, value]) => `<entry>${element('key', key)}${element('value', value)}</entry>`,
  );
  return `<SummaryMap>${entries.join('')}</SummaryMap>`;
}

function listServiceSpecificCredentials(call: Call): string {
  return page(call, 'service-specific', 'ServiceSpecificCredentials', (credential, user) => {
    return (
      element('UserName', user.userName) +
      element('Status', credential.status) +
      element('ServiceUserName', `${user.userName}-at-${call.caller.account.id}`) +
      element('CreateDate', isoSeconds(credential.createdAt)) +
      element('ServiceSpecificCredentialId', credential.id) +
      element('ServiceName', credential.service)
    );
  });
}

function listSshPublicKeys(call: Call): string {
  return page(call, 'ssh-key', 'SSHPublicKeys', ({ id, status, createdAt }, { userName }) => {
    const fields = element('UserName', userName) + element('SSHPublicKeyId', id) + element('Status', status);
    return fields + element('UploadDate', isoSeconds(createdAt));
  });
}

function listSigningCertificates(call: Call): string {
  return page(call, 'signing-certificate', 'Certificates', ({ id, status, createdAt }, { userName }) => {
    const fields = element('UserName', userName) + element('CertificateId', id) + element('Status', status);
    return fields + element('UploadDate', isoSeconds(createdAt)) + element('CertificateBody', 'PEM');
  });
}

function page(
  call: Call,
  kind: SandboxCredential['kind'],
  name: string,
  elements: (credential: SandboxCredential, user: SandboxUser) => string,
): string {
  const user = userOrCaller(call);
  const service = optionalString(call, 'ServiceName');
  const own = (user.credentials ?? []).filter(
    (credential) => credential.kind === kind && (service === undefined || credential.service === service),
  );
  const sorted = own.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const items = pageOfList(call, sorted, ({ id }) => id);
  return pageElements(name, items, (credential) => elements(credential, user));
}
