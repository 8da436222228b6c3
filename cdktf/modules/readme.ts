import type { TerraformModule } from './make-module.ts';
import { terraformDocs } from './terraform-docs.ts';
import { type ProviderBlock, providerName, type StackJson } from './stack-json.ts';

export function readme(name: string, stack: StackJson, module: TerraformModule): string {
  return `# keysweep: ${name}

Written by \`keysweep synth --modules\` from accounts.json. Do not edit it: change accounts.json and
write it again.

## Usage

\`\`\`hcl
${usage(name, stack.provider.aws)}
\`\`\`

${terraformDocs(stack, module)}`;
}

/** A root module, formatted like `terraform fmt`. */
function usage(name: string, providers: readonly ProviderBlock[]): string {
  return [...providers.map(providerHcl), moduleHcl(name, providers)].join('\n\n');
}

function providerHcl(provider: ProviderBlock): string {
  const { alias, region, allowed_account_ids: accounts, assume_role: roles } = provider;
  return [
    'provider "aws" {',
    ...(alias === undefined ? [] : [`  alias               = "${alias}"`]),
    `  region              = "${region}"`,
    `  allowed_account_ids = ["${accounts[0]}"]`,
    ...(roles ?? []).flatMap(({ role_arn: role, session_name: session }) => [
      '',
      '  assume_role {',
      `    role_arn     = "${role}"`,
      `    session_name = "${session}"`,
      '  }',
    ]),
    '}',
  ].join('\n');
}

function moduleHcl(name: string, providers: readonly ProviderBlock[]): string {
  const names = providers.map(providerName);
  const width = Math.max(...names.map(({ length }) => length));
  return [
    `module "keysweep_${name.replaceAll('-', '_')}" {`,
    `  source = "./keysweep/${name}"`,
    ...(names.length === 1
      ? []
      : ['', '  providers = {', ...names.map((each) => `    ${each.padEnd(width)} = ${each}`), '  }']),
    '}',
  ].join('\n');
}
