export type Event = Readonly<Record<string, unknown>>;

/** One invocation of the Lambda. */
export type Invoke = (event: Event) => Promise<unknown>;

/** What the dependencies of a run have besides: somebody stands where events come from. */
export interface Intruded {
  readonly intrude: (event: Event, invoke: Invoke) => Promise<unknown>;
}
