/** The time of a sandbox: every date that it gives out and every expiry that it checks. */
export class SandboxClock {
  #offset = 0;
  #stoppedAt: number | undefined;

  /** @param start the time it stands at until {@link start}; without one it runs with the wall clock */
  constructor(start?: Date) {
    this.#stoppedAt = start?.getTime();
  }

  now(): Date {
    return new Date(this.milliseconds());
  }

  /** Milliseconds since 1970, for those who compare. */
  milliseconds(): number {
    return this.#stoppedAt ?? Date.now() + this.#offset;
  }

  /** Goes on from that time, or stands at it when stopped. */
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

  /** Runs on from where it stood. */
  start(): void {
    if (this.#stoppedAt === undefined) return;
    this.#offset = this.#stoppedAt - Date.now();
    this.#stoppedAt = undefined;
  }
}
