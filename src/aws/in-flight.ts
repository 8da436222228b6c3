interface Host {
  inFlight: number;
  /** Undefined after an answer. */
  silentSince: number | undefined;
}

/** Of the process: what it waits for does not depend on who asks. */
const hosts = new Map<string, Host>();

const LONG_MS = 2_000;

/** Knows meanwhile that this host was asked. */
export async function whileInFlight<Answer>(name: string, send: () => Promise<Answer>): Promise<Answer> {
  const host = hosts.get(name) ?? { inFlight: 0, silentSince: undefined };
  hosts.set(name, host);
  host.inFlight += 1;
  host.silentSince ??= performance.now();
  try {
    const answer = await send();
    host.silentSince = host.inFlight > 1 ? performance.now() : undefined;
    return answer;
  } finally {
    host.inFlight -= 1;
  }
}

/** A host that has been asked, again perhaps, and has sent nothing for two seconds. */
export function awaitedHost(): string | undefined {
  for (const [name, { inFlight, silentSince }] of hosts)
    if (inFlight > 0 && silentSince !== undefined && performance.now() - silentSince >= LONG_MS) return name;
  return undefined;
}
