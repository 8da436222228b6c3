import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ROOT } from '../../scripts/bundle.js';
import { checksums } from '../../scripts/release/assemble.ts';
import { dateUnreleased, releaseNotes, sectionOf } from '../../scripts/release/changelog.ts';

const run = promisify(execFile);
const CHANGELOG = '# Changelog\n\n## Unreleased\n\n- New\n\n## 0.1.0 - 2026-11-01\n\n### Added\n\n- Old\n';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keysweep-release-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the notes of a release', () => {
  it('are the section of its version, and nothing of the next', () => {
    expect(releaseNotes(CHANGELOG, '0.1.0', 'v0.1.0')).toBe('### Added\n\n- Old');
    expect(sectionOf(CHANGELOG, 'Unreleased')).toBe('- New');
  });

  it.each([
    ['a tag of another version', '0.1.0', 'v0.1.1', 'The tag v0.1.1 is not v0.1.0'],
    ['a tag without v', '0.1.0', '0.1.0', 'The tag 0.1.0 is not v0.1.0'],
    ['a version without a section', '0.2.0', 'v0.2.0', 'CHANGELOG.md says nothing about 0.2.0'],
    ['a version that begins another', '0.1', 'v0.1', 'CHANGELOG.md says nothing about 0.1'],
  ])('are refused for %s', (_, version, tag, message) => {
    expect(() => releaseNotes(CHANGELOG, version, tag)).toThrow(message);
  });
});

describe('a new version', () => {
  it('gets what was unreleased, with its day', () => {
    const dated = dateUnreleased(CHANGELOG, '0.2.0', '2026-12-01');
    expect(releaseNotes(dated, '0.2.0', 'v0.2.0')).toBe('- New');
    expect(sectionOf(dated, 'Unreleased')).toBe('');
    expect(dated.replace('\n## 0.2.0 - 2026-12-01\n', '')).toBe(CHANGELOG);
  });

  it('is refused if nothing has changed', () => {
    const dated = dateUnreleased(CHANGELOG, '0.2.0', '2026-12-01');
    expect(() => dateUnreleased(dated, '0.3.0', '2026-12-02')).toThrow('nothing under Unreleased');
  });

  it('is committed by npm version in every file that has it, and tagged', async () => {
    const files = ['package.json', 'package-lock.json', 'CHANGELOG.md', 'tsconfig.json'];
    for (const file of [...files, 'src', 'sandbox', 'scripts', 'test/surface'])
      await cp(join(ROOT, file), join(folder, file), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, '.gitignore'), 'node_modules\n');
    await git('init', '--quiet');
    await git('add', '.');
    await git('commit', '--quiet', '--message', 'Start');
    await run('npm', ['version', '7.8.9'], { cwd: folder, env: { ...process.env, ...AUTHOR } });
    expect(
      (await git('show', '--name-only', '--format=%s', 'v7.8.9^{commit}')).split('\n').filter(Boolean),
    ).toEqual([
      '7.8.9',
      'CHANGELOG.md',
      'package-lock.json',
      'package.json',
      'src/config/version.ts',
      'test/surface/released.txt',
    ]);
    expect(await git('status', '--porcelain')).toBe('');
    expect(await git('show', 'v7.8.9:src/config/version.ts')).toContain("VERSION = '7.8.9'");
    const before = sectionOf(await git('show', 'v7.8.9~1:CHANGELOG.md'), 'Unreleased');
    expect(releaseNotes(await git('show', 'v7.8.9:CHANGELOG.md'), '7.8.9', 'v7.8.9')).toBe(before);
    // From then on, a change of any name must be in the changelog again.
    expect(await git('show', 'v7.8.9:test/surface/released.txt')).not.toMatch(/\t[1-9]\d*$/m);
  });

  const AUTHOR = {
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.com',
  };
  async function git(...options: string[]): Promise<string> {
    return (await run('git', options, { cwd: folder, env: { ...process.env, ...AUTHOR } })).stdout;
  }
});

it('writes checksums that sha256sum checks, of every file', async () => {
  await mkdir(join(folder, 'files'));
  await writeFile(join(folder, 'files', 'b.tgz'), 'B');
  await writeFile(join(folder, 'files', 'a.tgz'), 'A');
  const sums = join(folder, 'SHA256SUMS');
  await writeFile(sums, await checksums(join(folder, 'files')));
  const check = () => run('sha256sum', ['--check', '--strict', sums], { cwd: join(folder, 'files') });
  expect((await check()).stdout).toBe('a.tgz: OK\nb.tgz: OK\n');
  await writeFile(join(folder, 'files', 'b.tgz'), 'C');
  await expect(check()).rejects.toThrow();
});
