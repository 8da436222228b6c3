import type { AttributeType, Block, NestedBlock } from './schema.ts';

/**
 * The messages of Terraform's plugin protocol 5 that carry a schema:
 * https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
 */

interface Schemas {
  readonly provider: Block;
  readonly resources: ReadonlyMap<string, Block>;
  readonly dataSources: ReadonlyMap<string, Block>;
}

/** The response to GetSchema. */
export function schemaMessage({ provider, resources, dataSources }: Schemas): Buffer {
  return Buffer.concat([
    message(1, schema(provider)),
    ...[...resources].map(([name, block]) => message(2, mapEntry(name, schema(block)))),
    ...[...dataSources].map(([name, block]) => message(3, mapEntry(name, schema(block)))),
  ]);
}

const schema = (block: Block) => message(2, blockMessage(block));

const mapEntry = (key: string, value: Buffer) => Buffer.concat([text(1, key), message(2, value)]);

function blockMessage({ attributes, blocks }: Block): Buffer {
  return Buffer.concat([
    ...attributes.map(({ name, type, use }) =>
      message(
        2,
        Buffer.concat([
          text(1, name),
          text(2, typeJson(type)),
          ...(use === 'required' ? [number(4, 1)] : []),
          // AWS sets most optional arguments, so they can be read too.
          ...(use === 'optional' ? [number(5, 1), number(6, 1)] : []),
          ...(use === 'computed' ? [number(6, 1)] : []),
        ]),
      ),
    ),
    ...blocks.map((nested) => message(3, nestedMessage(nested))),
  ]);
}

const NESTING = { single: 1, list: 2, set: 3 };

function nestedMessage({ name, block, nesting, required, single }: NestedBlock): Buffer {
  const counted = nesting !== 'single';
  return Buffer.concat([
    text(1, name),
    message(2, blockMessage(block)),
    number(3, NESTING[nesting]),
    ...(counted && required ? [number(4, 1)] : []),
    ...(counted && single ? [number(5, 1)] : []),
  ]);
}

const typeJson = (type: AttributeType) => JSON.stringify(type);

/** https://protobuf.dev/programming-guides/encoding/ */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  return Buffer.from([...bytes, rest]);
}

const number = (field: number, value: number) => Buffer.concat([varint(field << 3), varint(value)]);

const message = (field: number, content: Buffer) =>
  Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);

const text = (field: number, value: string) => message(field, Buffer.from(value));
