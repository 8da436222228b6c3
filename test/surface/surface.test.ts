import { describe, expect, it } from 'vitest';

import { changedNames, mentionsOf, unmentioned, type Released } from './changes.ts';
import { readReleased, unreleasedChanges } from './released.ts';
import { BELOW, publicSurface, type Surface } from './surface.ts';

const path = (...parts: string[]) => parts.join(BELOW);

describe('the public surface', () => {
  it('has changed since the last release only as the changelog says under Unreleased', async () => {
    // Name each in `code` there; a command or document that is new brings what is below it.
    expect(unmentioned(await readReleased(), publicSurface(), await unreleasedChanges())).toEqual([]);
  });

  it.each([
    path('command', 'sweep', '--apply'),
    path('command', 'show', 'run'),
    path('exit code', 'stopped'),
    path('error', 'LEDGER_LOCKED'),
    path('environment', 'KEYSWEEP_LEDGER'),
    path('setting', 'defaults', 'rules', 'mode', 'deactivate'),
    path('json', 'run', 'summary', 'verdict', 'ok'),
    path('event', 'Access Key Revoked', 'accessKeyId'),
    path('ledger', 'account-finished', 'outcome'),
  ])('contains %s', (name) => {
    expect(Object.keys(publicSurface())).toContain(name);
  });
});

describe('a change of the surface', () => {
  const before: Surface = {
    command: '',
    [path('command', '--all')]: '--all',
    [path('command', '--old')]: '',
  };
  const released: Released = { surface: before, mentions: { '--all': 1 } };

  it('is an addition, a removal, or another meaning', () => {
    const now = { command: '', [path('command', '--all')]: '--all <x>', [path('command', '--new')]: '' };
    expect(changedNames(before, now)).toEqual(
      ['--all', '--new', '--old'].map((each) => path('command', each)),
    );
    expect(changedNames(before, before)).toEqual([]);
  });

  it('has all that is below it', () => {
    const now = { ...before, json: '', [path('json', 'a')]: '', [path('json', 'a', 'b')]: '' };
    expect(changedNames(before, now)).toEqual(['json']);
    expect(changedNames(now, before)).toEqual(['json']);
  });

  it.each([
    ['nothing', '', true],
    ['another name', 'Add `--older`', true],
    ['the name, but not as code', 'Remove --old', true],
    ['the name', 'Remove `--old`', false],
    ['the name within a line of code', 'Remove `keysweep command --old`', false],
  ])('is unmentioned where the changelog has %s: %s', (_, changelog, missing) => {
    const now = { command: '', [path('command', '--all')]: '--all' };
    expect(unmentioned(released, now, changelog)).toEqual(missing ? [path('command', '--old')] : []);
  });

  it('is not mentioned by what stood in the changelog at the release', () => {
    const now = { ...before, [path('command', '--all')]: '--all <x>' };
    expect(unmentioned(released, now, 'Add `--all`')).toEqual([path('command', '--all')]);
    expect(unmentioned(released, now, 'Add `--all`, give `--all` a value')).toEqual([]);
  });

  it('is mentioned by a name with spaces', () => {
    expect(mentionsOf('Access Key Revoked', 'The event `Access Key\n  Revoked`')).toBe(1);
    expect(mentionsOf('Access Key Revoked', 'The event `Access Key`')).toBe(0);
  });
});
