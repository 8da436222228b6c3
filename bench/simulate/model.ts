import { ASSUME_ROLE, LIST_ACCOUNTS, LIST_TAGS, type Bucket } from '../../src/aws/rate-limit.ts';
import { ACCOUNTS_PER_PAGE, DESCRIBE_ACCOUNT, organizationAgain, type Load } from '../bound.ts';
import { CALLS_PER_ACCOUNT, WRITES_AT_ONCE } from '../setting.ts';

/**
 * A sweep in simulated time: no clock, no network. Work goes through places that let only so much pass
 * (quotas, calls in flight, processors), each first come, first served, so the time at which a piece of work
 * is through follows from the pieces before it. Seconds everywhere.
 */

/** Passes so many a second, after a first burst. */
class Rate {
  readonly perSecond: number;
  private readonly burst: number;
  private passed = 0;
  private first: number | undefined;

  constructor({ perSecond, burst }: Bucket) {
    this.perSecond = perSecond;
    this.burst = burst;
  }

  /** @returns when it passes what comes at that time */
  pass(at: number): number {
    this.first ??= at;
    const through = Math.max(at, this.first + Math.max(0, this.passed + 1 - this.burst) / this.perSecond);
    this.passed += 1;
    return through;
  }

  get busy(): number {
    return this.passed / this.perSecond;
  }
}

/** Works on one thing at a time. */
class Server {
  busy = 0;
  private free = 0;

  work(at: number, seconds: number): number {
    this.free = Math.max(at, this.free) + seconds;
    this.busy += seconds;
    return this.free;
  }
}

/** Holds so many things at a time. */
class Slots {
  busy = 0;
  private readonly free: number[];

  constructor(count: number) {
    this.free = Array.from({ length: count }, () => 0);
  }

  /** @param work gets the time at which it begins, and says when it ends; `waited`: of that, for a quota */
  hold(at: number, work: (begun: number) => { readonly ended: number; readonly waited: number }): number {
    let slot = 0;
    for (let other = 1; other < this.free.length; other += 1)
      if ((this.free[other] ?? 0) < (this.free[slot] ?? 0)) slot = other;
    const begun = Math.max(at, this.free[slot] ?? 0);
    const { ended, waited } = work(begun);
    this.free[slot] = ended;
    this.busy += (ended - begun - waited) / this.free.length;
    return ended;
  }
}

/** The organization, and how fast AWS answers. */
export interface World {
  readonly accounts: number;
  /** Of a call to AWS, from sending to the answer. */
  readonly latency: number;
  /** Users in the groups of an account, and keys of theirs, all due. */
  readonly users: number;
  readonly keys: number;
  /** The opt-out tags are read anew before an account is written to. */
  readonly tags: boolean;
}

/** What the machine on which a run goes does in a second. */
export interface Machine {
  /** Of one core, for a call, its signature, its answer and the records of it. */
  readonly cpuPerCall: number;
  /** From the end of one child to the first line of the next: Step Functions and a warm Lambda (assumed). */
  readonly childStart: number;
  /** Of a request to S3 (assumed). */
  readonly store: number;
}

export const MACHINE: Machine = { cpuPerCall: 0.00055, childStart: 0.35, store: 0.03 };

const quotas = () => ({
  'ListAccounts, 8 pages a second': new Rate(LIST_ACCOUNTS),
  'AssumeRole, 600 a second': new Rate(ASSUME_ROLE),
  'DescribeAccount, 20 a second': new Rate(DESCRIBE_ACCOUNT),
  'ListTagsForResource, 10 a second': new Rate(LIST_TAGS),
});

export interface Simulated {
  readonly seconds: number;
  /** The place that was busy for most of the time, and for which share of it. */
  readonly binds: string;
  readonly share: number;
  /** Of Lambda, added up over all that ran. */
  readonly lambdaSeconds: number;
  readonly children: number;
}

/**
 * Calls in an account: a session, the group and the keys of each user; then the account itself, a session to
 * read once more what was read, and a session for each batch of writes, before which the group is read.
 */
export function callsOf({ users, keys }: Pick<World, 'users' | 'keys'>) {
  const batches = Math.ceil(keys / WRITES_AT_ONCE);
  return { plan: 2 + users, apply: 2 + users + 2 * batches + keys, sessions: 2 + batches };
}

/**
 * One account's calls: some at a time, as fast as AWS answers, and no faster than the processor takes them.
 */
function goThrough(
  at: number,
  calls: number,
  { latency }: World,
  { cpuPerCall }: Machine,
  cpu: Server,
): number {
  const answered = at + Math.ceil(calls / CALLS_PER_ACCOUNT) * latency;
  return Math.max(answered, cpu.work(at, calls * cpuPerCall));
}

/**
 * The engine `lambda`: one process, so many accounts at a time; listing goes on beside the planning. Before
 * they are written to, the first accounts are described, and the others found by listing once more.
 */
export function simulateLambda(world: World, accountsAtOnce: number, machine = MACHINE): Simulated {
  const limits = quotas();
  const cpu = new Server();
  const slots = new Slots(accountsAtOnce);
  const calls = callsOf(world);
  const listed = pages(world, 0, limits['ListAccounts, 8 pages a second']);
  let planned = 0;
  for (let account = 0; account < world.accounts; account += 1) {
    const session = limits['AssumeRole, 600 a second'].pass(
      listed[Math.floor(account / ACCOUNTS_PER_PAGE)] ?? 0,
    );
    const end = slots.hold(session, (at) => unhindered(goThrough(at, calls.plan, world, machine, cpu)));
    planned = Math.max(planned, end);
  }
  let ended = Math.max(planned, listed.at(-1) ?? 0);
  const begun = ended;
  const { describes } = organizationAgain(world.accounts, world.accounts, world.accounts);
  const again =
    describes < world.accounts ? pages(world, begun, limits['ListAccounts, 8 pages a second']) : [];
  for (let account = 0; account < world.accounts; account += 1) {
    const looked = world.tags ? limits['ListTagsForResource, 10 a second'].pass(0) : 0;
    const found =
      account < describes
        ? limits['DescribeAccount, 20 a second'].pass(begun)
        : (again[Math.floor(account / ACCOUNTS_PER_PAGE)] ?? 0);
    const ready = Math.max(looked, found);
    const session = openSessions(limits['AssumeRole, 600 a second'], calls.sessions - 1, ready);
    ended = Math.max(
      ended,
      slots.hold(session, (at) => unhindered(goThrough(at, calls.apply, world, machine, cpu))),
    );
  }
  const busy = {
    ...busyOf(limits),
    [`${accountsAtOnce} accounts at a time`]: slots.busy,
    'one processor': cpu.busy,
  };
  return { seconds: ended, ...binding(busy, ended), lambdaSeconds: ended, children: 0 };
}

/**
 * The engine `step-functions`: a Lambda that lists, then children with a batch each, then one that judges,
 * and so again.
 */
export function simulateFanOut(
  world: World,
  { batchSize, maxConcurrency }: { readonly batchSize: number; readonly maxConcurrency: number },
  machine = MACHINE,
): Simulated {
  const limits = quotas();
  const dispatch = new Rate({ perSecond: 100, burst: 100 });
  const children = new Slots(maxConcurrency);
  const calls = callsOf(world);
  const batches = Math.ceil(world.accounts / batchSize);
  let lambdaSeconds = 0;

  const step = (at: number, seconds: number): number => {
    lambdaSeconds += seconds;
    return at + seconds;
  };
  const list = pages(world, machine.childStart, limits['ListAccounts, 8 pages a second']).at(-1) ?? 0;
  let now = step(list, (batches / STORE_WIDTH) * machine.store);
  lambdaSeconds += list;

  const map = (from: number, phase: Phase): number => {
    let ended = from;
    for (let batch = 0; batch < batches; batch += 1) {
      const size = Math.min(batchSize, world.accounts - batch * batchSize);
      const end = children.hold(dispatch.pass(from), (begun) => {
        const cpu = new Server();
        const ready = begun + machine.childStart + phase.requests * machine.store;
        const admitted = Array.from({ length: size }, () => phase.admit(ready));
        const through = admitted.map((at) => goThrough(at, phase.calls, world, machine, cpu));
        const done = Math.max(ready, ...through) + 2 * machine.store;
        lambdaSeconds += done - begun - machine.childStart;
        return { ended: done, waited: Math.max(ready, ...admitted) - ready };
      });
      ended = Math.max(ended, end);
    }
    return ended;
  };
  const assumeRole = limits['AssumeRole, 600 a second'];
  const enter = (at: number): number => assumeRole.pass(at);
  const enterAgain = (at: number): number => openSessions(assumeRole, calls.sessions - 1, at);
  const look = (at: number): number => {
    const described = limits['DescribeAccount, 20 a second'].pass(at);
    return world.tags ? limits['ListTagsForResource, 10 a second'].pass(described) : described;
  };
  now = map(now, { calls: calls.plan, requests: 5, admit: enter });
  now = step(now + machine.childStart, reading(batches * 3, world, machine));
  now = map(now, { calls: calls.apply, requests: 9, admit: (at) => enterAgain(look(at)) });
  now = step(now + machine.childStart, reading(batches * 8, world, machine));
  const busy = {
    ...busyOf(limits),
    [`${maxConcurrency} batches at a time`]: children.busy,
    'children, 100 a second': dispatch.busy,
  };
  return { seconds: now, ...binding(busy, now), lambdaSeconds, children: 2 * batches };
}

/** @returns when the last of them is open */
function openSessions(rate: Rate, count: number, at: number): number {
  return Array.from({ length: count }, () => rate.pass(at)).at(-1) ?? at;
}

/** What a Map does with each account of a batch. */
interface Phase {
  readonly calls: number;
  /** To the ledger, one after the other. */
  readonly requests: number;
  /** When an account may be begun with. */
  readonly admit: (at: number) => number;
}

function unhindered(ended: number) {
  return { ended, waited: 0 };
}

/** Objects of the ledger that are read or stored at a time. */
const STORE_WIDTH = 16;
/** To read back what is recorded of a key (measured: JSON and its checking). */
const CPU_PER_RECORDED_KEY = 0.000015;

function reading(objects: number, { accounts, keys }: World, { store }: Machine): number {
  return (objects / STORE_WIDTH) * store + accounts * keys * CPU_PER_RECORDED_KEY;
}

/** When each page of the list has come; each waits for the one before it. */
function pages({ accounts, latency }: World, from: number, rate: Rate): number[] {
  const count = Math.ceil(accounts / ACCOUNTS_PER_PAGE);
  const come: number[] = [];
  for (let page = 0; page < count; page += 1) come.push(rate.pass(come.at(-1) ?? from) + latency);
  return come;
}

function busyOf(limits: Readonly<Record<string, Rate>>): Record<string, number> {
  return Object.fromEntries(Object.entries(limits).map(([name, { busy }]) => [name, busy]));
}

function binding(
  busy: Readonly<Record<string, number>>,
  seconds: number,
): Pick<Simulated, 'binds' | 'share'> {
  const [binds, most] = Object.entries(busy).reduce(
    (one, other) => (other[1] > one[1] ? other : one),
    ['', 0],
  );
  return { binds, share: Math.min(1, most / seconds) };
}

/** What a sweep has to go through; in batches, which are no list's worth, all accounts are described. */
export function loadOf(
  { accounts, latency, users, keys, tags }: World,
  inFlight: number,
  engine: 'lambda' | 'step-functions',
): Load {
  const calls = callsOf({ users, keys });
  const each = calls.plan + calls.apply;
  const inBatches = { describes: accounts, pages: 0 };
  const again = engine === 'lambda' ? organizationAgain(accounts, accounts, accounts) : inBatches;
  return {
    pages: Math.ceil(accounts / ACCOUNTS_PER_PAGE),
    pagesAgain: again.pages,
    tagReads: tags ? accounts : 0,
    describes: again.describes,
    sessions: calls.sessions * accounts,
    calls: accounts * each,
    inFlight,
    inARow: each / CALLS_PER_ACCOUNT,
    latency,
  };
}
