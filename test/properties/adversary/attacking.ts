import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

import { Random } from '../../../sandbox/generator/random.ts';
import type { SandboxObject } from '../../../sandbox/organization/bucket.ts';
import type { Stage } from '../stage.ts';
import { isOfKind, type Attack } from './attacks.ts';
import { forge } from './forging.ts';
import { hasEnded } from './missing.ts';
import type { Operation, SignedLedger } from './signed-ledger.ts';

const QUARTER = 15 * 60_000;

/** Attacks the ledger while a run is at work. */
export class Attacker {
  readonly done: string[] = [];
  /** The keys that it stored or removed, and how. */
  readonly attacked: { readonly key: string; readonly how: Attack['how'] }[] = [];
  private readonly stage: Stage;
  private readonly ledger: SignedLedger;
  private readonly coming: Attack[];
  private readonly reads = new Map<string, number>();
  private operations = 0;

  constructor(stage: Stage, ledger: SignedLedger, attacks: readonly Attack[]) {
    this.stage = stage;
    this.ledger = ledger;
    this.coming = [...attacks];
  }

  /** Before each operation of keysweep. */
  meet({ name, key }: Operation): void {
    const operation = this.operations++;
    for (const attack of [...this.coming]) {
      if (!this.isNow(attack, operation, name, key)) continue;
      this.coming.splice(this.coming.indexOf(attack), 1);
      this.attack(attack, 'kind' in attack.before ? key : undefined);
    }
  }

  /** What has not happened yet happens. */
  end(): void {
    for (const attack of this.coming.splice(0)) this.attack(attack, undefined);
  }

  private isNow({ before }: Attack, operation: number, name: Operation['name'], key: string): boolean {
    if ('operation' in before) return before.operation <= operation;
    if (name !== 'get' || !isOfKind(key, before.kind)) return false;
    const id = JSON.stringify(before);
    const nth = (this.reads.get(id) ?? 0) + 1;
    this.reads.set(id, nth);
    return nth >= before.nth;
  }

  private attack({ how, seed }: Attack, read: string | undefined): void {
    const random = new Random(seed);
    const { bucket } = this.ledger;
    const stored = [...bucket.objects.list()];
    const target = read ?? (stored.length > 0 ? random.pick(stored).key : undefined);
    if (target === undefined) return;
    const current = bucket.objects.get(target);
    switch (how) {
      case 'remove':
        if (current) this.remove(target);
        return;
      case 'put-back': {
        const versions = (bucket.versions.get(target) ?? []).flatMap(({ object }) => object ?? []);
        const older = versions.filter(({ modifiedAt }) => this.isOld(modifiedAt));
        if (older.length > 0) this.store(target, random.pick(older), how);
        return;
      }
      case 'replace':
        // Where there was nothing, it is one that keysweep never stored.
        if (stored.length > 0) this.store(target, random.pick(stored), current ? how : 'plant');
        return;
      case 'plant': {
        const { key, body } = this.planted(random);
        if (!bucket.objects.get(key)) this.store(key, { body: Buffer.from(body), headers: {} }, how);
        return;
      }
      case 'garble':
      case 'unsign':
      case 'forge':
        if (!current) return;
        this.store(target, this.altered(current, how, random), how);
    }
  }

  /** What was stored since passes for what is there: docs/adr/0018-ledger-that-can-be-verified.md */
  private isOld(modifiedAt: number): boolean {
    return this.stage.built.organization.clock.milliseconds() - modifiedAt > QUARTER;
  }

  private altered(
    { body, headers }: SandboxObject,
    how: 'garble' | 'unsign' | 'forge',
    random: Random,
  ): Pick<SandboxObject, 'body' | 'headers'> {
    if (how === 'unsign') return { body, headers: {} };
    if (how === 'garble') return { body: Buffer.from('<not json>'), headers };
    return { body: Buffer.from(forge(body.toString(), random, this.names())), headers };
  }

  /** What a forger might want to name. */
  private names(): string[] {
    const { built } = this.stage;
    const keys = built.accounts.flatMap(({ keys: own }) => [...own.values()]);
    return [...built.accountIds, ...keys.flatMap(({ accessKeyId, user }) => [accessKeyId, user.userName])];
  }

  /** Something that would do the most harm if it were believed. */
  private planted(random: Random): { readonly key: string; readonly body: string } {
    const { built } = this.stage;
    const account = random.pick(built.accounts);
    const at = random.pick([
      { inactiveSince: '2000-01-01T00:00:00.000Z' },
      { holdUntil: '9999-12-31T23:59:59.000Z' },
    ]);
    const keys = [...account.keys.values()].map(({ accessKeyId, user }) => [
      accessKeyId,
      {
        userName: user.userName,
        byRun: '20000101T000000Z-000000',
        heldByRun: '20000101T000000Z-000000',
        ...at,
      },
    ]);
    const lock = { runId: 'x', host: 'x', pid: 1, heldUntil: '9999-12-31T23:59:59.000Z', released: false };
    return random.pick([
      {
        key: `accounts/${account.id}.json`,
        body: JSON.stringify({ keys: Object.fromEntries(keys) as unknown }),
      },
      { key: 'locks/99999999.json', body: JSON.stringify(lock) },
      { key: 'watch.json', body: JSON.stringify({ since: '9999-12-31T23:59:59.000Z', schedule: 'x' }) },
      ...this.ofAnotherRun(random),
    ]);
  }

  /** The records or the summary of a run under the ID of one to come. */
  private ofAnotherRun(random: Random): { readonly key: string; readonly body: string }[] {
    const stored = this.ledger.bucket.objects.list().filter(({ key }) => key.startsWith('runs/'));
    if (stored.length === 0) return [];
    const { key, body } = random.pick(stored);
    const [, runId = ''] = key.split('/');
    const later = random.pick(['99991231T235959Z-ffffff', '21000101T000000Z-ffffff']);
    return [{ key: key.replace(runId, later), body: body.toString().replaceAll(runId, later) }];
  }

  private store(
    key: string,
    { body, headers }: Pick<SandboxObject, 'body' | 'headers'>,
    how: Attack['how'],
  ): void {
    const current = this.ledger.bucket.objects.get(key);
    const metadata = metadataIn(headers);
    const isSame = (object: SandboxObject): boolean =>
      object.body.equals(body) && isDeepStrictEqual(metadataIn(object.headers), metadata);
    const versions = (this.ledger.bucket.versions.get(key) ?? []).flatMap(({ object }) => object ?? []);
    if (versions.some((object) => isSame(object) && !this.isOld(object.modifiedAt))) return;
    if (current && isSame(current)) return;
    const modifiedAt = this.stage.built.organization.clock.milliseconds();
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    const object = { key, body, headers: metadata, etag, modifiedAt, contentType: 'application/json' };
    this.ledger.forged.add(object);
    this.ledger.bucket.put(object);
    this.note(key, how);
  }

  private remove(key: string): void {
    this.ledger.bucket.delete(key, this.stage.built.organization.clock.milliseconds());
    // What keysweep never stored is not missed.
    if (this.ledger.objects.has(key)) this.ledger.removed.add(key);
    if (!hasEnded(key, this.ledger)) this.ledger.removedEarly.add(key);
    this.note(key, 'remove');
  }

  private note(key: string, how: Attack['how']): void {
    this.attacked.push({ key, how });
    this.done.push(`${how} ${key}`);
  }
}

/** The checksum is S3's own. */
function metadataIn(headers: SandboxObject['headers']): SandboxObject['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-')));
}
