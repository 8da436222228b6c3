import type { Reporter, TestModule } from 'vitest/node';

import type { Played } from './checking.ts';

/** Ends the long run with one line that can be quoted. */
export class LastLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const played = tests.flatMap((test) => {
      const { played } = test.meta() as { readonly played?: Played };
      return played ? [played] : [];
    });
    const sum = (count: (one: Played) => number): number =>
      played.reduce((total, one) => total + count(one), 0);
    const failed = tests.filter((test) => test.result().state === 'failed').length;
    const seeds = [...new Set(played.map(({ seed }) => seed))].join(', ');
    process.stdout.write(
      `\nlong run: ${sum(({ stories }) => stories)} random organizations in ${played.length} properties, ` +
        `${sum(({ violations }) => violations)} violations, KEYSWEEP_SEED=${seeds}; ` +
        `${failed} of ${tests.length} tests failed\n`,
    );
  }
}
