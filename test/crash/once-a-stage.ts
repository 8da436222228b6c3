import type { SandboxKey } from '../../sandbox/organization/entities.ts';
import type { Build } from '../properties/build-under-test.ts';
import type { Stage } from '../properties/stage.ts';

type Prepare = (stage: Stage) => Promise<void>;

/** Everything in a stage that sweeps change. */
interface State {
  readonly now: Date;
  readonly objects: readonly (readonly [key: string, body: string])[];
  readonly keys: ReadonlyMap<string, Pick<SandboxKey, 'status' | 'lastUsed'>>;
}

/**
 * Caches the preparation of a stage, because a run is killed at hundreds of places: it runs once per build
 * and organization, and later stages get a copy of its result. It must not delete keys.
 */
export function onceAStage(prepare: Prepare): Prepare {
  const states = new WeakMap<Build, Map<string, State>>();
  return async (stage) => {
    const ofBuild = states.get(stage.build) ?? new Map<string, State>();
    states.set(stage.build, ofBuild);
    const facts = JSON.stringify(stage.facts);
    const state = ofBuild.get(facts);
    if (state) putInto(stage, state);
    else {
      await prepare(stage);
      ofBuild.set(facts, stateOf(stage));
    }
  };
}

function stateOf({ built, objects }: Stage): State {
  return {
    now: built.organization.clock.now(),
    objects: [...objects],
    keys: new Map(
      keysOf(built).map(({ accessKeyId, status, lastUsed }) => [accessKeyId, { status, lastUsed }]),
    ),
  };
}

function putInto({ built, objects }: Stage, { now, objects: stored, keys }: State): void {
  built.organization.clock.set(now);
  for (const [key, body] of stored) objects.set(key, body);
  for (const key of keysOf(built)) Object.assign(key, keys.get(key.accessKeyId));
}

function keysOf({ organization }: Stage['built']): SandboxKey[] {
  return organization.accounts.list().flatMap(({ id }) => organization.keysOf(id));
}
