/** What a run tells about itself while it goes on; for people, so nothing depends on it. */
export type Progress = (step: Step) => void;

export type Step =
  | { readonly step: 'listing' }
  | { readonly step: 'planning' | 'applying' | 'checking'; readonly done: number; readonly total: number };
