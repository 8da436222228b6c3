/*
 * Changes to a definition that moto 5.2.3 needs. moto-maps.test.ts asserts each of them, so that it fails
 * when a later version does not. Also, moto tolerates every failure of a child, and writes a manifest without
 * results.
 */

/** moto's grammar does not allow a whole number there. */
export function percentagesWithPoint(definition: string): string {
  return replaced(definition, /("ToleratedFailurePercentage":\d+)(?=[,}])/g, '$1.0');
}

/**
 * moto resolves the paths of a ResultWriter in the results of the children and not in the input of the state
 * (https://github.com/aws/aws-cdk/issues/32687), so the execution must be started with the run ID.
 */
export function prefixFromStart(definition: string): string {
  return replaced(
    definition,
    /("Prefix\.\$":"States\.Format\('[^']+'), \$\.runId\)"/g,
    '$1, $$$$.Execution.Input.runId)"',
  );
}

/** moto does not list children, so their tasks send their input. */
export function childrenSendTheirInput(definition: string): string {
  return replaced(definition, /("batch\.\$":"\$\.batch")(?=[,}])/g, '$1,"input.$$":"$$"');
}

function replaced(text: string, pattern: RegExp, by: string): string {
  const changed = text.replaceAll(pattern, by);
  if (changed === text) throw new Error(`the definition has no ${pattern.source}`);
  return changed;
}
