/** Shows people what a run is doing; nothing depends on it. */
export type Progress = (step: Step) => void;

export type Step =
  /** working: nothing else is known. */
  | { readonly step: 'working' }
  | { readonly step: 'listing' }
  | { readonly step: CountedStep; readonly done: number; readonly total: number };

type CountedStep = 'planning' | 'applying' | 'checking';

/** Reports a step with `total` parts. @returns a function to call whenever one of them is done */
export function startProgress(progress: Progress, step: CountedStep, total: number): () => void {
  let done = 0;
  if (total > 0) progress({ step, done, total });
  return () => {
    done += 1;
    progress({ step, done, total });
  };
}
