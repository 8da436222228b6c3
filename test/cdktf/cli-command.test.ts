import { expect, it } from 'vitest';
import { parseAction, cliCommand } from '../../cdktf/cli-command.ts';
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

it('deploys every stack by name and passes options on', () => {
  expect(cliCommand('deploy', stackset, ['--auto-approve'], '22.4.0')).toEqual(
    (
      'npx --yes cdktn-cli@0.24.0 deploy ' +
      'keysweep-ledger keysweep-rotator keysweep-member-roles --auto-approve'
    ).split(' '),
  );
});

it('uses only the named stacks', () => {
  const options = ['keysweep-member-roles', '--terraform-parallelism', '1'];
  expect(cliCommand('destroy', stackset, options, '22.4.0').slice(3).join(' ')).toBe(
    'destroy keysweep-member-roles --terraform-parallelism 1',
  );
});

it('rejects an unknown stack, and lists the known ones', () => {
  expect(() => cliCommand('deploy', stackset, ['keysweep-rotatr'], '22.4.0')).toThrow(
    'Stack keysweep-rotatr does not exist. ' +
      'The stacks are keysweep-ledger, keysweep-rotator, keysweep-member-roles.',
  );
});

it.each([undefined, 'deploi', '--auto-approve'])('rejects the action %s', (name) => {
  expect(() => parseAction(name)).toThrow('Run npm run deploy or npm run destroy');
});

it('deploys the stacks of direct one by one', () => {
  expect(cliCommand('deploy', direct, [], '22.4.0').slice(4).join(' ')).toBe(
    'keysweep-ledger keysweep-rotator keysweep-member-roles-001 keysweep-member-roles-002 --parallelism 1',
  );
});

it.each([
  [[], 'destroy keysweep-rotator keysweep-member-roles'],
  [['--with-ledger'], 'destroy keysweep-ledger keysweep-rotator keysweep-member-roles'],
])('destroys the ledger only with --with-ledger (%j)', (options, command) => {
  expect(cliCommand('destroy', stackset, options, '22.4.0').slice(3).join(' ')).toBe(command);
});

it.each([
  ['20.20.2', 'cdktf-cli@0.21.0'],
  ['22.4.0', 'cdktn-cli@0.24.0'],
  ['24.0.0', 'cdktn-cli@0.24.0'],
])('on Node %s uses %s', (nodeVersion, cli) => {
  expect(cliCommand('deploy', stackset, [], nodeVersion)[2]).toBe(cli);
});
