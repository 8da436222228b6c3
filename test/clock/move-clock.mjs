// Moves the clock of a Node process by so many milliseconds; it runs on from there. Loaded before anything else, by
// NODE_OPTIONS. The clock that measures durations stays as it is, and so do the dates of files.
const realNow = Date.now.bind(Date);
const offset = Number(process.env.KEYSWEEP_CLOCK_OFFSET ?? 0);

Date.now = () => realNow() + offset;

globalThis.Date = new Proxy(Date, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [target.now()] : given, newTarget),
  apply: (target) => new target(target.now()).toString(),
});
