/** How text is marked on a terminal; on anything else each of these gives its text back. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly warn: Paint;
}

type Paint = (text: string) => string;

const asItIs: Paint = (text) => text;

export const PLAIN: Style = { bold: asItIs, dim: asItIs, good: asItIs, bad: asItIs, warn: asItIs };
