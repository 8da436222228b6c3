import { type Objects, type ProviderBlock, providerName } from './stack-json.ts';

/**
 * Data sources that refuse a provider of another account or Region: its names and policies would be wrong.
 * The stacks say that in their provider blocks, which a module does not have.
 */
export function guards(providers: readonly ProviderBlock[]): Objects {
  const each = (guard: (provider: ProviderBlock) => Record<string, unknown>) =>
    Object.fromEntries(providers.map((provider) => [guardId(provider), guard(provider)]));
  return {
    aws_caller_identity: each((provider) =>
      must(provider, 'account_id', provider.allowed_account_ids[0], 'in the account'),
    ),
    aws_region: each((provider) => must(provider, 'region', provider.region, 'in the Region')),
  };
}

function guardId({ alias }: ProviderBlock): string {
  return alias ?? 'current';
}

function must(
  provider: ProviderBlock,
  attribute: string,
  expected: string,
  where: string,
): Record<string, unknown> {
  const name = providerName(provider);
  return {
    ...(provider.alias !== undefined && { provider: name }),
    lifecycle: {
      postcondition: [
        {
          condition: `\${self.${attribute} == ${JSON.stringify(expected)}}`,
          error_message: `The provider ${name} must be ${where} ${expected}, as accounts.json says.`,
        },
      ],
    },
  };
}
