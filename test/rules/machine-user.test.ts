import { describe, expect, it } from 'vitest';

import { looksLikeMachine } from '../../src/rules/machine-user.ts';

describe('the name of a user', () => {
  it.each([
    'svc-backup',
    'robot',
    'Robot-7',
    'ci_runner',
    'jenkins@corp',
    'ses-smtp-user.20260101',
    'appDeploy',
  ])('%s sounds like a machine', (name) => {
    expect(looksLikeMachine(name)).toBe(true);
  });

  it.each(['ada', 'roberta', 'cindy.jobs', 'felix.jung', 'appleby', 'serverin', '+=,.@-', '7', ''])(
    '%s does not',
    (name) => {
      expect(looksLikeMachine(name)).toBe(false);
    },
  );
});
