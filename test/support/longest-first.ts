import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take more than ten seconds; without times of an earlier run, vitest sorts by file size. */
const LONGEST = [
  'cdktf/static-checks',
  'faults/ledger',
  'faults/iam',
  'faults/organization',
  'faults/list-again',
  'judge/judge',
  'properties/adversary/adversary',
  'properties/adversary/broken-builds',
  'batches/adversary',
  'e2e/moto-organization',
  'browser/report',
  'hostile/names',
  'package/package',
  'cdktf/synth',
  'commands/embedded',
  'cdktf/cdktn',
  'batches/overlaps',
  'batches/killed',
  'crash/kill-anywhere',
  'properties/broken-builds',
  'cdktf/validate',
];

/** Starts with the longest files, so that all workers end at about the same time. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return at === -1 ? LONGEST.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
