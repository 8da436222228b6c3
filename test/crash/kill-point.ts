import type { ObjectStore } from '../../src/ledger/object-store.ts';
import type { Passage } from '../properties/in-process.ts';

/** Whether the call or store operation at which a process dies has its effect. */
export type Moment = 'before its effect' | 'after its effect';

/** Kills a run at one call or store operation. Later ones have no effect and never resolve. */
export class KillPoint {
  /** Calls and operations so far. */
  events = 0;
  readonly died: Promise<void>;
  private dead = false;
  private readonly at: number;
  private readonly moment: Moment;
  private die: () => void = () => undefined;

  /** @param at number of the call or operation, from 0; Infinity to count them */
  constructor(at: number, moment: Moment = 'before its effect') {
    this.at = at;
    this.moment = moment;
    this.died = new Promise((resolve) => {
      this.die = resolve;
    });
  }

  readonly passage: Passage = (send) => this.meet(send);

  store(store: ObjectStore): ObjectStore {
    return {
      location: store.location,
      put: (key, body) => this.meet(() => store.put(key, body)),
      putNew: (key, body) => this.meet(() => store.putNew(key, body)),
      update: (key, change) => this.meet(() => store.update(key, change)),
      get: (key) => this.meet(() => store.get(key)),
      list: (prefix) => this.meet(() => store.list(prefix)),
      listFolders: (prefix) => this.meet(() => store.listFolders(prefix)),
      remove: (key) => this.meet(() => store.remove(key)),
    };
  }

  private async meet<Answer>(act: () => Promise<Answer>): Promise<Answer> {
    if (this.dead) return NEVER;
    if (this.events++ === this.at) {
      this.dead = true;
      if (this.moment === 'after its effect') await act();
      this.die();
      return NEVER;
    }
    const answer = await act();
    // A running call has its effect, but the run never gets the result.
    return this.isDead() ? NEVER : answer;
  }

  /** A call, so that TypeScript does not narrow it across an await. */
  isDead(): boolean {
    return this.dead;
  }
}

const NEVER = new Promise<never>(() => undefined);
