/**
 * What moto 5.2.3 does not run as AWS does, and what is changed in the text of a definition for it.
 * moto-maps.test.ts asserts each, so that a change goes when a later moto needs it no more. Beyond these:
 * moto tolerates every failure of a child, and writes a manifest without results.
 */

/** moto's grammar has no whole number there; the value stays the same. */
export function percentagesWithPoint(definition: string): string {
  return replaced(definition, /("ToleratedFailurePercentage":\d+)(?=[,}])/g, '$1.0');
}

/**
 * moto takes the paths of a ResultWriter from what the children gave and not from the state's input, as AWS
 * does (https://github.com/aws/aws-cdk/issues/32687): the execution has to be started with the run's id. Only
 * this one path is changed.
 */
export function prefixFromStart(definition: string): string {
  return replaced(
    definition,
    /("Prefix\.\$":"States\.Format\('[^']+'), \$\.runId\)"/g,
    '$1, $$$$.Execution.Input.runId)"',
  );
}

/** moto has no children to look at: their tasks send what they got, too. */
export function childrenTellTheirInput(definition: string): string {
  return replaced(definition, /("batch\.\$":"\$\.batch")(?=[,}])/g, '$1,"input.$$":"$$"');
}

function replaced(text: string, pattern: RegExp, by: string): string {
  const changed = text.replaceAll(pattern, by);
  if (changed === text) throw new Error(`the definition has no ${pattern.source}`);
  return changed;
}
