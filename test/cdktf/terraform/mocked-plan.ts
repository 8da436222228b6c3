/** What a provider of a module says of itself. */
export interface Place {
  readonly alias?: string;
  readonly account: string;
  readonly region: string;
}

export interface Plan {
  readonly providers: readonly Place[];
  readonly variables?: object;
  /** Must be true of what is planned. */
  readonly condition?: string;
}

/**
 * A file of `terraform test` that plans a module with mocked providers, of which it needs only the schema.
 * https://developer.hashicorp.com/terraform/language/tests/mocking
 */
export function planFile({ providers, variables = {}, condition }: Plan): string {
  const assert = condition === undefined ? [] : [{ condition, error_message: `Not true: ${condition}` }];
  const run = { plan: { command: 'plan', variables, assert } };
  return JSON.stringify({ mock_provider: { aws: providers.map(mocked) }, run });
}

function mocked({ alias, account, region }: Place): object {
  return {
    ...(alias !== undefined && { alias }),
    mock_data: {
      aws_caller_identity: { defaults: { account_id: account } },
      aws_region: { defaults: { region } },
      // Of a list, a mock has none.
      aws_organizations_organization: { defaults: { roots: [{ id: 'r-abcd' }] } },
    },
  };
}

interface Line {
  readonly test_summary?: { readonly passed: number };
  readonly diagnostic?: { readonly summary: string; readonly detail: string };
}

/** @param output of `terraform test -json`, which has a line of JSON for each event. @returns the errors */
export function planErrors(output: string): string[] {
  const lines = output.trim().split('\n');
  const events = lines.map((line) => JSON.parse(line) as Line);
  const errors = events.flatMap(({ diagnostic }) =>
    diagnostic === undefined ? [] : [`${diagnostic.summary}: ${diagnostic.detail}`],
  );
  const passed = events.some(({ test_summary: summary }) => summary?.passed === 1);
  if (passed === errors.length > 0) throw new Error(`No single result in ${output}`);
  return errors;
}
