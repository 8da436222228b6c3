import type { RunDependencies } from '../../src/sweep/run-context.ts';
import type { Stage } from '../properties/stage.ts';

/** What a sweep asks after the check of its limits: docs/adr/0019-decide-at-the-write.md */
export const READ_AGAIN = [
  'AssumeRole',
  'DescribeAccount',
  'GetAccessKeyLastUsed',
  'GetGroup',
  'GetLoginProfile',
  'ListAccessKeys',
  'ListTagsForResource',
  'ListUserTags',
] as const;

/** @returns the names of the calls that a run made after its limits were checked, the writes left out */
export async function callsAfterLimits(
  stage: Stage,
  run: (dependencies: RunDependencies) => Promise<unknown>,
): Promise<string[]> {
  const { calls } = stage.server;
  let checkedAt = Infinity;
  const note = (body: string): void => {
    if (body.includes('"limits-checked"')) checkedAt = calls.all.length;
  };
  const store = {
    ...stage.store,
    putNew: (key: string, body: string) => (note(body), stage.store.putNew(key, body)),
  };
  await run(stage.dependencies({ store }));
  const names = calls.all.slice(checkedAt).map(({ call }) => call);
  return [...new Set(names)].filter((name) => !/^(Update|Delete)/.test(name)).sort();
}
