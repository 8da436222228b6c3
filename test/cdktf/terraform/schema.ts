import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import ts from 'typescript';

/**
 * A provider's schema, reconstructed from its generated bindings, so that Terraform validates without the
 * provider, a download of 600 MB.
 */

/** As Terraform writes a type in JSON: `"string"`, `["list","string"]`; `"dynamic"` is anything. */
export type AttributeType = string | readonly [string, AttributeType];

export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly use: 'required' | 'optional' | 'computed';
}

export interface NestedBlock {
  readonly name: string;
  readonly nesting: 'single' | 'list' | 'set';
  readonly required: boolean;
  readonly single: boolean;
  readonly block: Block;
}

export interface Block {
  readonly attributes: readonly Attribute[];
  readonly blocks: readonly NestedBlock[];
}

/**
 * The subject of a binding: `provider`, a resource such as `aws_iam_role`, or a data source.
 */
export type Described =
  { readonly kind: 'provider' } | { readonly kind: 'resource' | 'data'; readonly type: string };

/**
 * @throws Error when the binding does not exist or cannot be parsed
 */
export function schemaOf(described: Described): Block {
  const folder = bindingFolder(described);
  const binding = new Binding(source(folder, 'index.js'), source(folder, 'index.d.ts'));
  return binding.mainBlock();
}

function bindingFolder(described: Described): string {
  if (described.kind === 'provider') return 'provider';
  const name = described.type.replace(/^aws_/, '').replaceAll('_', '-');
  return described.kind === 'data' ? `data-aws-${name}` : name;
}

const { resolve } = createRequire(import.meta.url);

function source(folder: string, file: string): ts.SourceFile {
  const path = resolve(`@cdktf/provider-aws/lib/${folder}/${file}`);
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2023, true);
}

const SIMPLE: Record<string, string> = { string: 'string', number: 'number', boolean: 'bool' };

/** The types in getters of computed attributes. */
const GETTERS: Record<string, AttributeType> = {
  String: 'string',
  Number: 'number',
  Boolean: 'bool',
  List: ['list', 'string'],
  NumberList: ['list', 'number'],
  StringMap: ['map', 'string'],
};

class Binding {
  private readonly classes = new Map<string, ts.ClassDeclaration>();
  private readonly functions = new Map<string, ts.FunctionDeclaration>();
  private readonly interfaces = new Map<string, ts.InterfaceDeclaration>();

  constructor(code: ts.SourceFile, declarations: ts.SourceFile) {
    for (const statement of code.statements) {
      if (ts.isClassDeclaration(statement) && statement.name)
        this.classes.set(statement.name.text, statement);
      if (ts.isFunctionDeclaration(statement) && statement.name)
        this.functions.set(statement.name.text, statement);
    }
    for (const statement of declarations.statements) {
      if (ts.isInterfaceDeclaration(statement)) this.interfaces.set(statement.name.text, statement);
    }
  }

  mainBlock(): Block {
    const [name, declaration] = [...this.classes].at(-1) ?? [];
    if (name === undefined || declaration === undefined) throw new Error('The binding has no class.');
    const config = this.interfaces.has(`${name}Config`) ? `${name}Config` : `${name}ConfigA`;
    const given = this.block(declaration, config);
    return { ...given, attributes: [...given.attributes, ...computedOnly(declaration, given)] };
  }

  /** The arguments that a class or a struct's function turns into HCL. */
  private block(writer: ts.Node, interfaceName: string): Block {
    const attributes: Attribute[] = [];
    const blocks: NestedBlock[] = [];
    for (const [name, argument] of hclArguments(writer)) {
      const property = this.property(interfaceName, argument.property);
      if (argument.isBlock) blocks.push(this.nested(name, argument, property));
      else
        attributes.push({
          name,
          type: attributeType(argument),
          use: property.required ? 'required' : 'optional',
        });
    }
    return { attributes, blocks };
  }

  private nested(name: string, argument: HclArgument, property: Property): NestedBlock {
    const writer = this.functions.get(argument.writer);
    if (writer === undefined) throw new Error(`No function ${argument.writer} for the block ${name}.`);
    const struct = argument.writer
      .replace(/ToHclTerraform$/, '')
      .replace(/^./, (letter) => letter.toUpperCase());
    return {
      name,
      nesting: argument.type === 'struct' ? 'single' : argument.type === 'set' ? 'set' : 'list',
      required: property.required,
      single: !property.isArray,
      block: this.block(writer, struct),
    };
  }

  private property(interfaceName: string, name: string): Property {
    const member = this.interfaces
      .get(interfaceName)
      ?.members.filter(ts.isPropertySignature)
      .find((candidate) => candidate.name.getText() === name);
    if (member === undefined) throw new Error(`No ${name} in the interface ${interfaceName}.`);
    return {
      required: member.questionToken === undefined,
      isArray: member.type?.getText().includes('[]') === true,
    };
  }
}

interface Property {
  readonly required: boolean;
  readonly isArray: boolean;
}

interface HclArgument {
  readonly isBlock: boolean;
  readonly type: string;
  readonly storage: string;
  /** The property that it is read from. */
  readonly property: string;
  /** The function that writes a block. */
  readonly writer: string;
}

function hclArguments(writer: ts.Node): [name: string, argument: HclArgument][] {
  const scope = ts.isClassDeclaration(writer)
    ? writer.members.find((member) => member.name?.getText() === 'synthesizeHclAttributes')
    : writer;
  const literal = scope && firstLiteral(scope);
  if (literal === undefined) return [];
  return literal.properties.filter(ts.isPropertyAssignment).map((entry) => {
    const fields = new Map(
      (entry.initializer as ts.ObjectLiteralExpression).properties
        .filter(ts.isPropertyAssignment)
        .map((field) => [field.name.getText(), field.initializer.getText()]),
    );
    const text = (field: string) => (fields.get(field) ?? '').replace(/^"|"$/g, '');
    return [
      entry.name.getText(),
      {
        isBlock: text('isBlock') === 'true',
        type: text('type'),
        storage: text('storageClassType'),
        property: /(?:struct\.|this\._)(\w+)/.exec(text('value'))?.[1] ?? '',
        writer: /(?<!\.)\b(\w+ToHclTerraform)\b/.exec(text('value'))?.[1] ?? '',
      },
    ];
  });
}

/** `const attrs = { … }` */
function firstLiteral(scope: ts.Node): ts.ObjectLiteralExpression | undefined {
  const found = (node: ts.Node): ts.ObjectLiteralExpression | undefined =>
    ts.isVariableDeclaration(node) && node.initializer && ts.isObjectLiteralExpression(node.initializer)
      ? node.initializer
      : ts.forEachChild(node, found);
  return found(scope);
}

function attributeType({ type, storage }: HclArgument): AttributeType {
  if (type === 'simple') return SIMPLE[storage] ?? 'dynamic';
  const element = SIMPLE[storage.replace(/(List|Map)$/, '')];
  return element === undefined ? 'dynamic' : [type, element];
}

/** Computed attributes such as an ARN: with a getter, but no argument. */
function computedOnly(declaration: ts.ClassDeclaration, { attributes, blocks }: Block): Attribute[] {
  const given = new Set([...attributes, ...blocks].map(({ name }) => name));
  const text = declaration.getText();
  const simple = [...text.matchAll(/this\.get(\w+)Attribute\('(\w+)'\)/g)].map(
    ([, getter = '', name = '']) => [name, GETTERS[getter] ?? 'dynamic'] as const,
  );
  const complex = [...text.matchAll(/new \w+\(this, "(\w+)"/g)].map(
    ([, name = '']) => [name, 'dynamic'] as const,
  );
  return [...new Map<string, AttributeType>([...complex, ...simple])]
    .filter(([name]) => !given.has(name))
    .map(([name, type]) => ({ name, type, use: 'computed' }));
}
