import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

import { ROOT } from '../../../scripts/bundle.js';
import { pythonEnvironment } from '../../emulators/python.ts';

const python = await pythonEnvironment('linters');
const WORKFLOWS = (await readdir(join(ROOT, '.github', 'workflows'))).map(
  (name) => `.github/workflows/${name}`,
);
const ACTIONS = [...WORKFLOWS, 'docs/examples/github-actions-sweep.yml'];
const CRON_JOB = 'docs/examples/kubernetes-cronjob.yaml';

/** What a linter found wrong; empty if nothing. */
async function lint(program: string, ...options: string[]): Promise<string> {
  return promisify(execFile)(python?.bin(program) ?? '', options, { cwd: ROOT }).then(
    () => '',
    (error: unknown) => {
      const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
      return stdout + stderr;
    },
  );
}
const zizmor = (...files: string[]) => lint('zizmor', '--offline', '--no-progress', ...files);
const workflowSchema = (...files: string[]) =>
  lint('check-jsonschema', '--builtin-schema', 'vendor.github-workflows', ...files);
const hadolint = (file: string) => lint('hadolint', '--failure-threshold', 'style', file);
const kubernetes = (file: string) => lint('kubernetes-validate', '--strict', file);

/** Calls a linter with a changed copy of a file, which it must find wrong. */
async function broken(
  file: string,
  from: string | RegExp,
  to: string,
  linter: (copy: string) => Promise<string>,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keysweep-linted-'));
  try {
    const text = await readFile(join(ROOT, file), 'utf8');
    expect(text).toMatch(from);
    // zizmor knows a workflow by its folder.
    const copy = join(folder, '.github', 'workflows', file.split('/').at(-1) ?? '');
    await mkdir(join(folder, '.github', 'workflows'), { recursive: true });
    await writeFile(copy, text.replace(from, to));
    return await linter(copy);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe.skipIf(python === undefined)('linters find nothing wrong with', () => {
  it('the workflows and the example of one', async () => {
    expect(await zizmor(...ACTIONS)).toBe('');
    expect(await workflowSchema(...ACTIONS)).toBe('');
  });

  it("Dependabot's file", async () => {
    const schema = ['--builtin-schema', 'vendor.dependabot', '.github/dependabot.yml'];
    expect(await zizmor('.github/dependabot.yml')).toBe('');
    expect(await lint('check-jsonschema', ...schema)).toBe('');
  });

  it('the image', async () => {
    expect(await hadolint('Dockerfile')).toBe('');
  });

  it('the CronJob', async () => {
    expect(await kubernetes(CRON_JOB)).toBe('');
  });
});

describe.skipIf(python === undefined)('linters do find', () => {
  const release = '.github/workflows/release.yml';

  it.each([
    ['an action without a commit', /checkout@\S+/, 'checkout@v5', 'unpinned-uses'],
    [
      'a name of a tag in a command',
      '"$GITHUB_REF_NAME" --repo',
      '"${{ github.ref_name }}" --repo',
      'template-injection',
    ],
    ['a cache that others can fill', 'package-manager-cache: false', 'cache: npm', 'cache-poisoning'],
  ])('%s', async (_, from, to, finding) => {
    expect(await broken(release, from, to, zizmor)).toContain(finding);
  });

  it('a job without a machine', async () => {
    expect(await broken(release, 'runs-on: ubuntu-latest', 'runs: ubuntu-latest', workflowSchema)).toContain(
      'runs',
    );
  });

  it('an image without a version', async () => {
    expect(await broken('Dockerfile', /node:24\S+/, 'node', hadolint)).toContain('DL3006');
  });

  it('a misspelt field of the CronJob', async () => {
    expect(await broken(CRON_JOB, 'runAsNonRoot', 'runAsNotRoot', kubernetes)).toContain('runAsNotRoot');
  });
});

it('pins every action and image by commit or digest', async () => {
  const texts = await Promise.all(
    [...ACTIONS, 'Dockerfile'].map((file) => readFile(join(ROOT, file), 'utf8')),
  );
  const uses = texts.flatMap((text) => [...text.matchAll(/(?:uses:|^FROM) (\S+)/gm)].map(([, name]) => name));
  expect(uses.length).toBeGreaterThan(10);
  expect(uses.filter((name) => !/(@[0-9a-f]{40}|@sha256:[0-9a-f]{64}|^\.\/.*)$/.test(name ?? ''))).toEqual(
    [],
  );
});
