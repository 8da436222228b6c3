/** The time in a sandbox: every date that it returns and every expiry that it checks. */
export class SandboxClock {
  #offset = 0;
  #stoppedAt: number | undefined;

  /** @param start the clock stands at this time until {@link start}. Default: it follows the system clock. */
  constructor(start?: Date) {
    this.#stoppedAt = start?.getTime();
  }

  now(): Date {
    return new Date(this.milliseconds());
  }

  /** Milliseconds since 1970. */
  milliseconds(): number {
    return this.#stoppedAt ?? Date.now() + this.#offset;
  }

  set(time: Date): void {
    if (this.#stoppedAt === undefined) this.#offset = time.getTime() - Date.now();
    else this.#stoppedAt = time.getTime();
  }

  /** @param milliseconds may be negative */
  advance(milliseconds: number): void {
    this.set(new Date(this.milliseconds() + milliseconds));
  }

  stop(): void {
    this.#stoppedAt = this.milliseconds();
  }

  /** Runs on from the time at which it stopped. */
  start(): void {
    if (this.#stoppedAt === undefined) return;
    this.#offset = this.#stoppedAt - Date.now();
    this.#stoppedAt = undefined;
  }
}
