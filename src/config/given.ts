type Given<All> = { [Key in keyof All]?: Exclude<All[Key], undefined> };

/** Without the properties that are undefined: a record leaves out what it does not have. */
export function given<All extends object>(all: All): Given<All> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Given<All>;
}
