import { randomUUID } from 'node:crypto';

export interface StoredResource {
  readonly mode?: 'managed' | 'data';
  readonly type: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A state as Terraform 1.11 writes it. */
export function stateFile(resources: readonly StoredResource[]): string {
  const state = {
    version: 4,
    terraform_version: '1.11.4',
    serial: 3,
    lineage: randomUUID(),
    outputs: {},
    resources: resources.map(({ mode = 'managed', type, attributes }, index) => ({
      mode,
      type,
      name: `resource-${index}`,
      provider: 'provider["registry.terraform.io/hashicorp/aws"]',
      instances: [{ schema_version: 0, attributes, sensitive_attributes: [] }],
    })),
    check_results: null,
  };
  return `${JSON.stringify(state, undefined, 2)}\n`;
}
