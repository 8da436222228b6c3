import { expect, it } from 'vitest';
import { chosenStacks, parseAction } from '../../cdktf/chosen-stacks.ts';
import type { DeploymentSource } from '../../cdktf/load-deployment.ts';
import { stackNames } from '../../cdktf/stack-names.ts';
import { deployableConfig, lockOf } from '../support/deployable-config.ts';
import { synthesised } from './synthesised.ts';

const stackset: DeploymentSource = {
  config: deployableConfig(),
  accountsJson: '',
  lock: undefined,
  isExample: false,
};
const direct: DeploymentSource = {
  ...stackset,
  config: deployableConfig({ deployment: { memberRoles: 'direct' } }),
  lock: lockOf(11),
};

it.each([
  ['stackset', stackset],
  ['direct', direct],
])('knows the stacks of %s', (_, source) => {
  const { ledger, others } = stackNames(source);
  expect([ledger, ...others].toSorted()).toEqual(
    [...synthesised(source.config, source.lock).keys()].toSorted(),
  );
});

const MEMBERS = ['keysweep-member-roles-001', 'keysweep-member-roles-002'];

it.each([
  ['deploy', stackset, [], ['keysweep-ledger', 'keysweep-rotator', 'keysweep-member-roles']],
  ['deploy', direct, [], ['keysweep-ledger', 'keysweep-rotator', ...MEMBERS]],
  ['destroy', stackset, [], ['keysweep-rotator', 'keysweep-member-roles']],
  ['destroy', stackset, ['--with-ledger'], ['keysweep-rotator', 'keysweep-member-roles', 'keysweep-ledger']],
  ['destroy', stackset, ['keysweep-ledger'], ['keysweep-ledger']],
  ['deploy', stackset, ['keysweep-rotator', 'keysweep-ledger'], ['keysweep-ledger', 'keysweep-rotator']],
] as const)('%s of %o with %j is for the stacks %j', (action, source, options, stacks) => {
  expect(chosenStacks(action, source, options)).toEqual({ stacks, passedOn: [], migratesState: false });
});

it('passes options and their values to Terraform, but not its own', () => {
  const options = ['keysweep-member-roles', '--with-ledger', '-target', 'keysweep-rotator'];
  expect(chosenStacks('destroy', stackset, options)).toEqual({
    stacks: ['keysweep-member-roles'],
    passedOn: ['-target', 'keysweep-rotator'],
    migratesState: false,
  });
});

it('moves the state instead of deploying, if asked', () => {
  expect(chosenStacks('deploy', stackset, ['--migrate-state'])).toMatchObject({
    passedOn: [],
    migratesState: true,
  });
});

it('rejects an unknown stack, and lists the known ones', () => {
  expect(() => chosenStacks('deploy', stackset, ['keysweep-rotatr'])).toThrow(
    'Stack keysweep-rotatr does not exist. ' +
      'The stacks are keysweep-ledger, keysweep-rotator, keysweep-member-roles.',
  );
});

it.each([undefined, 'deploi', '--auto-approve'])('rejects the action %s', (name) => {
  expect(() => parseAction(name)).toThrow('Run npm run deploy or npm run destroy');
});
