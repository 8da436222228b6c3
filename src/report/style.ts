/** Colours for a terminal. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly warn: Paint;
}

type Paint = (text: string) => string;

const unstyled: Paint = (text) => text;

export const PLAIN: Style = { bold: unstyled, dim: unstyled, good: unstyled, bad: unstyled, warn: unstyled };
