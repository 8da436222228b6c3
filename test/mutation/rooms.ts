/** Which code of each room is mutated. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  rotation: ['src/rotation/**/*.ts'],
  scope: ['src/scope/**/*.ts'],
  sweep: ['src/sweep/**/*.ts'],
  organization: ['src/organization/**/*.ts'],
  // Not the stores themselves, which test/ledger tries on real folders and buckets.
  ledger: ['src/ledger/**/*.ts', '!src/ledger/{folder-store,s3-store,open-store}.ts'],
};

/** What the last runs found in a room, for the next one and for the page. */
export function reportOf(room: string): string {
  return `coverage/mutation/${room}.json`;
}

/**
 * @param named rooms, or files of them; none: all rooms
 * @returns what to mutate, by room
 * @throws RangeError for what is in no room
 */
export function chosen(named: readonly string[]): Map<string, readonly string[]> {
  if (named.length === 0) return new Map(Object.entries(ROOMS));
  const byRoom = new Map<string, readonly string[]>();
  for (const name of named) {
    const room = /^(?:src\/)?(\w+)/.exec(name)?.[1] ?? '';
    const all = ROOMS[room];
    if (!all) throw new RangeError(`${name} is in none of the rooms ${Object.keys(ROOMS).join(', ')}`);
    byRoom.set(room, name.endsWith('.ts') ? [...(byRoom.get(room) ?? []), name] : all);
  }
  return byRoom;
}
