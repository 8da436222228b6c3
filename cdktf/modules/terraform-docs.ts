import type { TerraformModule } from './make-module.ts';
import { type Objects, providerName, type StackJson } from './stack-json.ts';

const REGISTRY = 'https://registry.terraform.io/providers/hashicorp/aws/latest/docs';

/**
 * What `terraform-docs markdown table` would write between these markers, so that it can be run over a
 * module, and changes nothing. https://terraform-docs.io/reference/markdown-table/
 */
export function terraformDocs(stack: StackJson, module: TerraformModule): string {
  const { required_version: terraform, required_providers: required } = versionsOf(module);
  const providers = stack.provider.aws.map(providerName).sort();
  return [
    '<!-- BEGIN_TF_DOCS -->',
    section(
      'Requirements',
      ['Name', 'Version'],
      [
        [anchor('requirement', 'terraform'), escape(terraform)],
        [anchor('requirement', 'aws'), escape(required.aws.version)],
      ],
    ),
    section(
      'Providers',
      ['Name', 'Version'],
      providers.map((name) => [anchor('provider', name), escape(required.aws.version)]),
    ),
    '## Modules\n\nNo modules.\n',
    section(
      'Resources',
      ['Name', 'Type'],
      [
        ...addresses(module.main.resource, 'resources', 'resource'),
        ...addresses(module.main.data, 'data-sources', 'data source'),
      ],
    ),
    section('Inputs', ['Name', 'Description', 'Type', 'Default', 'Required'], inputs(module)),
    section(
      'Outputs',
      ['Name', 'Description'],
      Object.entries(module.outputs.output)
        .sort(byName)
        .map(([name, { description }]) => [anchor('output', name), description]),
    ).trimEnd(),
    '<!-- END_TF_DOCS -->\n',
  ].join('\n');
}

interface Versions {
  readonly required_version: string;
  readonly required_providers: { readonly aws: { readonly version: string } };
}

function versionsOf({ versions }: TerraformModule): Versions {
  return versions.terraform as Versions;
}

function inputs({ variables }: TerraformModule): string[][] {
  return Object.entries(variables.variable)
    .sort(byName)
    .map(([name, { description, type, default: preset }]) => [
      anchor('input', name),
      description,
      `\`${type}\``,
      `\`${JSON.stringify(preset)}\``,
      'no',
    ]);
}

function addresses(objects: Objects, path: string, kind: string): string[][] {
  return Object.entries(objects)
    .flatMap(([type, named]) => Object.keys(named).map((id) => [type, id] as const))
    .map(([type, id]) => [`[${type}.${id}](${REGISTRY}/${path}/${type.replace(/^aws_/, '')})`, kind])
    .sort(([one = ''], [other = '']) => (one < other ? -1 : 1));
}

function section(title: string, header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return `## ${title}\n\nNo ${title.toLowerCase()}.\n`;
  const rule = header.map((name) => (name === 'Required' ? ':--------:' : '-'.repeat(name.length + 2)));
  const lines = [
    `| ${header.join(' | ')} |`,
    `|${rule.join('|')}|`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ];
  return `## ${title}\n\n${lines.join('\n')}\n`;
}

function anchor(kind: string, name: string): string {
  return `<a name="${kind}_${name}"></a> [${escape(name)}](#${kind}\\_${escape(name)})`;
}

function escape(text: string): string {
  return text.replaceAll('_', '\\_');
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
