import type { CallRecord } from '../../../sandbox/server/call-log.ts';
import type { NamedCall } from '../../../sandbox/wire/request.ts';
import type { LedgerRecord } from '../../../src/ledger/record.ts';
import type { ObjectStore } from '../../../src/ledger/object-store.ts';
import type { Passage } from '../in-process.ts';
import { isWriteCall, type Stage } from '../stage.ts';
import type { Act, Moment, PlannedAct } from './acts.ts';
import { perform } from './acting.ts';
import { Journal, namedCall } from './journal.ts';
import { objectionTo, type Asked, type Objection, type SentWrite, type Write } from './permission.ts';
import { present, type Present } from './present.ts';

/** Stands between a run and AWS, one call at a time: lets others act in between, and notes what happens. */
export class Witness {
  readonly journal = new Journal();
  /** What the acts of this run left, the beginning first. */
  readonly moments: Present[];
  /** How many of these were before the limits were checked. */
  planned = 1;
  readonly writes: Write[] = [];
  readonly objections: Objection[] = [];
  readonly acted: string[] = [];
  readonly failures: unknown[] = [];
  /** When the intent of a write was stored, by key ID. */
  readonly intents = new Map<string, number>();
  private readonly stage: Stage;
  private readonly asked: Asked;
  private readonly coming: PlannedAct[];
  private readonly counts = new Map<string, number>();
  private sending: SentWrite | undefined;
  private calls = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(stage: Stage, acts: readonly PlannedAct[], asked: Asked) {
    this.stage = stage;
    this.asked = asked;
    this.coming = [...acts];
    this.moments = [present(stage)];
  }

  readonly passage: Passage = (send, request) => {
    const readSince = this.journal.decidedSince;
    return this.inTurn(async () => {
      const call = namedCall(request);
      this.watched(() => {
        this.actBefore(call.name);
        if (isWriteCall({ call: call.name })) this.judge(call, readSince);
      });
      const earlier = this.stage.server.calls.all.length;
      const reply = await send();
      const record = this.stage.server.calls.all[earlier];
      this.watched(() => {
        // A call with invalid credentials is none of the log's.
        if (record) this.note(call, record, reply.response.body.toString());
        this.sending = undefined;
      });
      return reply;
    });
  };

  /** The same store; notes when intents are stored. */
  get store(): ObjectStore {
    const store = this.stage.openStore();
    const note = (body: string): void => {
      for (const line of body.split('\n')) if (line.startsWith('{"type"')) this.noteRecord(line);
    };
    return {
      ...store,
      put: (key, body) => (note(body), store.put(key, body)),
      putNew: (key, body) => (note(body), store.putNew(key, body)),
    };
  }

  /** A new process must read everything again, what this one has read since the limits were checked too. */
  noteDeath(): void {
    this.journal.noteDeath();
    for (const planned of this.coming.filter(({ before }) => before === 'death'))
      this.actAs(planned, 'after it was killed');
  }

  /** What has not happened yet happens. */
  end(): void {
    for (const { act } of this.coming.splice(0)) this.act(act);
  }

  private actBefore(name: string): void {
    const now: Now = { name, number: this.calls++, nth: this.count(name), afterLimits: this.sinceLimits() };
    for (const planned of this.coming.filter(({ before }) => isNow(before, now)))
      this.actAs(planned, `before ${name} ${now.nth}`);
  }

  private actAs(planned: PlannedAct, when: string): void {
    this.coming.splice(this.coming.indexOf(planned), 1);
    this.act(planned.act, when);
  }

  private count(name: string): number {
    const count = (this.counts.get(name) ?? 0) + 1;
    this.counts.set(name, count);
    return count;
  }

  private sinceLimits(): number {
    return this.journal.decidedSince < Infinity ? this.count('after limits') : 0;
  }

  private act(act: Act, when = 'afterwards'): void {
    perform(act, this.stage.built);
    this.acted.push(`${when}: ${JSON.stringify(act)}`);
    this.moments.push(present(this.stage));
    if (this.journal.decidedSince === Infinity) this.planned += 1;
  }

  private judge(call: NamedCall, readSince: number): void {
    const at = this.stage.built.organization.clock.milliseconds();
    const accessKeyId = String(call.parameters.AccessKeyId);
    const sent = {
      call,
      accessKeyId,
      before: present(this.stage),
      at,
      intendedAt: this.intents.get(accessKeyId),
      readSince,
    };
    const objection = objectionTo(sent, this.journal, this.stage, this.asked);
    if (objection) this.objections.push(objection);
    this.sending = sent;
  }

  private note(call: NamedCall, record: CallRecord, body: string): void {
    const { organization, accountIds, accounts } = this.stage.built;
    const at = organization.clock.milliseconds();
    if (this.sending) this.writes.push({ ...this.sending, record });
    const account = accounts.find(({ id }) => id === record.account);
    if (account) this.journal.note({ call, account, body, error: record.error, at, accountIds });
  }

  /** What the witness itself throws is no failure of the call. */
  private watched(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.failures.push(error);
    }
  }

  private noteRecord(line: string): void {
    const record = JSON.parse(line) as LedgerRecord;
    if (record.type === 'limits-checked') this.journal.noteLimits();
    if (record.type !== 'writes-intended') return;
    const at = this.stage.built.organization.clock.milliseconds();
    for (const { accessKeyId } of record.writes) this.intents.set(accessKeyId, at);
  }

  private inTurn<Answer>(act: () => Promise<Answer>): Promise<Answer> {
    const done = this.turn.then(act);
    this.turn = done.catch(() => undefined);
    return done;
  }
}

interface Now {
  readonly name: string;
  readonly number: number;
  readonly nth: number;
  readonly afterLimits: number;
}

function isNow(moment: Moment, { name, number, nth, afterLimits }: Now): boolean {
  if (moment === 'death') return false;
  if (typeof moment === 'number') return moment <= number;
  return 'call' in moment ? moment.call === name && moment.nth <= nth : moment.afterLimits <= afterLimits;
}
