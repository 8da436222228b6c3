import { describe, expect, it } from 'vitest';

import { hasMachineName } from '../../src/rules/machine-user.ts';

describe('hasMachineName', () => {
  it.each([
    'svc-backup',
    'robot',
    'Robot-7',
    'ci_runner',
    'jenkins@corp',
    'ses-smtp-user.20260101',
    'appDeploy',
  ])('%s is the name of a machine', (name) => {
    expect(hasMachineName(name)).toBe(true);
  });

  it.each(['ada', 'roberta', 'cindy.jobs', 'felix.jung', 'appleby', 'serverin', '+=,.@-', '7', ''])(
    '%s is not',
    (name) => {
      expect(hasMachineName(name)).toBe(false);
    },
  );
});
