import type { Fault } from '../../sandbox/faults/faults.ts';
import { account, later, NOTHING, RUN, sites, type Site } from './site.ts';
import { EARLIER_RUN, LEAKED_KEYS, PAYMENTS, PREFIX, RUN_ID, SEARCH, WEB } from './world.ts';

const object = (key: string): Site['aim'] => ({ where: { Key: `${PREFIX}/${key}` } });
/** One account after the other, so that each object holds the records of one step. */
const records = (number: number) => object(`runs/${RUN_ID}/records/${String(number).padStart(8, '0')}.jsonl`);
const listed = (prefix: string): Site['aim'] => ({ where: { prefix: `${PREFIX}/${prefix}` } });
const memory = object(`accounts/${SEARCH}.json`);
const lock = object('locks/00000004.json');

/** The first record is stored and its answer lost, so that the second put finds the key taken. */
const LOST_PUT: Fault = {
  service: 's3',
  call: 'PutObject',
  ...records(1),
  kind: 'reset',
  afterEffect: true,
};

/** What is remembered of search answers for web, so that its versions are looked for. */
const FOREIGN_MEMORY: Fault = {
  service: 's3',
  call: 'GetObject',
  ...memory,
  kind: 'other-answer',
  instead: { parameters: { Key: `${PREFIX}/accounts/${WEB}.json` } },
};

const summaryOf = (runId: string) => object(`runs/${runId}/summary.json`);

/** The calls with which a sweep keeps its ledger. */
export const LEDGER_SITES: readonly Site[] = [
  ...sites('kms:GetPublicKey', { position: 'only', governs: RUN }),
  ...sites('kms:DescribeKey', { position: 'only', governs: RUN }),
  ...sites(
    'kms:Sign',
    { position: 'first, the lock', governs: RUN },
    { position: 'middle, the intents', nth: 13, governs: later(PAYMENTS), phase: 'writing' },
    { position: 'last, the summary', nth: 24, governs: NOTHING, phase: 'writing' },
  ),
  ...sites(
    's3:ListObjectsV2',
    { position: 'first, of the locks', aim: listed('locks/'), governs: RUN, isPage: 'first' },
    { position: 'middle, their second page', aim: listed('locks/'), nth: 2, governs: RUN, isPage: 'later' },
    { position: 'middle, of the runs', aim: listed('runs/'), governs: RUN },
    { position: 'middle, of the runs again', aim: listed('runs/'), nth: 2, governs: RUN },
    { position: 'last, of records', aim: listed(`runs/${RUN_ID}/records/`), governs: RUN, isPage: 'first' },
  ),
  ...sites(
    's3:GetObject',
    { position: 'first, the lock', aim: object('locks/00000003.json'), governs: RUN },
    { position: 'middle, a leaked key', aim: object(`leaked/${LEAKED_KEYS[0]}.json`), governs: RUN },
    { position: 'middle, what is remembered', aim: memory, governs: account(SEARCH) },
    {
      position: 'middle, the same before it is stored',
      aim: memory,
      nth: 2,
      governs: later(SEARCH),
      phase: 'writing',
    },
    { position: 'middle, the earlier run', aim: summaryOf(EARLIER_RUN), governs: RUN },
    { position: 'middle, the end of this run', aim: summaryOf(RUN_ID), governs: RUN },
    { position: 'middle, the last records', aim: records(5), governs: RUN },
    { position: 'last, the earlier run again', aim: summaryOf(EARLIER_RUN), nth: 2, governs: RUN },
  ),
  ...sites('s3:HeadObject', { position: 'only, after a lost put', governs: RUN, after: [LOST_PUT] }),
  ...sites(
    's3:ListObjectVersions',
    { position: 'first, of leaked keys', aim: listed('leaked/'), governs: RUN },
    {
      position: 'middle, their second page',
      aim: listed('leaked/'),
      nth: 2,
      governs: RUN,
      isPage: 'later',
    },
    {
      position: 'last, of a foreign memory',
      aim: listed(`accounts/${SEARCH}.json`),
      governs: account(SEARCH),
      isLost: true,
      after: [FOREIGN_MEMORY],
    },
  ),
  ...sites(
    's3:PutObject',
    { position: 'first, the lock', aim: lock, governs: RUN },
    { position: 'middle, the start', aim: records(1), governs: RUN },
    { position: 'middle, the list of accounts', aim: records(2), governs: RUN },
    { position: 'middle, a plan', aim: records(4), governs: RUN },
    { position: 'middle, the limits', aim: records(6), governs: RUN },
    { position: 'middle, the intents', aim: records(11), governs: later(PAYMENTS), phase: 'writing' },
    { position: 'middle, the results', aim: records(12), governs: later(SEARCH), phase: 'writing' },
    {
      position: 'middle, what will be remembered',
      aim: records(13),
      governs: later(SEARCH),
      phase: 'writing',
    },
    { position: 'middle, what is remembered', aim: memory, governs: later(SEARCH), phase: 'writing' },
    { position: 'middle, the end of an account', aim: records(14), governs: later(SEARCH), phase: 'writing' },
    { position: 'last, the end of the run', aim: records(19), governs: NOTHING, phase: 'writing' },
    { position: 'last, the summary', aim: summaryOf(RUN_ID), governs: NOTHING, phase: 'writing' },
    { position: 'last, the lock released', aim: lock, nth: 2, governs: NOTHING, phase: 'writing' },
  ),
  ...sites(
    's3:DeleteObject',
    { position: 'first', aim: object('locks/00000001.json'), governs: NOTHING },
    { position: 'last', aim: object('locks/00000002.json'), governs: NOTHING },
  ),
];
