/** How a terminal shows text. */
export interface Style {
  /** In columns; infinite for a pipe. */
  readonly width: number;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly warn: Paint;
}

type Paint = (text: string) => string;

const unstyled: Paint = (text) => text;

export const PLAIN: Style = {
  width: Infinity,
  bold: unstyled,
  dim: unstyled,
  good: unstyled,
  bad: unstyled,
  warn: unstyled,
};
