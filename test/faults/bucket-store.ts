import type { ObjectStore } from '../../src/ledger/object-store.ts';
import type { SandboxBucket } from '../../sandbox/organization/bucket.ts';
import { PREFIX } from './world.ts';

/** The ledger in the sandbox's bucket without the way over the wire: what is durable, whatever fails. */
export function insideBucket({ objects }: SandboxBucket): ObjectStore {
  const at = (key: string): string => `${PREFIX}/${key}`;
  const keys = (prefix: string): string[] =>
    objects
      .list()
      .map(({ key }) => key.slice(PREFIX.length + 1))
      .filter((key) => key.startsWith(prefix))
      .sort();
  const put = (key: string, body: string): Promise<void> => {
    objects.add({
      key: at(key),
      body: Buffer.from(body),
      etag: '"0"',
      modifiedAt: 0,
      contentType: '',
      headers: {},
    });
    return Promise.resolve();
  };
  return {
    location: 'the bucket',
    put,
    putNew: async (key, body) => {
      const isNew = !objects.get(at(key));
      if (isNew) await put(key, body);
      return isNew;
    },
    update: async (key, change) => {
      const body = change(objects.get(at(key))?.body.toString());
      if (body !== undefined) await put(key, body);
    },
    get: (key) => Promise.resolve(objects.get(at(key))?.body.toString()),
    list: (prefix) => Promise.resolve(keys(prefix)),
    listFolders: (prefix) =>
      Promise.resolve([
        ...new Set(
          keys(prefix).flatMap((key) => {
            const [folder, ...below] = key.slice(prefix.length).split('/');
            return folder !== undefined && below.length > 0 ? [folder] : [];
          }),
        ),
      ]),
    remove: (key) => {
      const object = objects.get(at(key));
      if (object) objects.remove(object);
      return Promise.resolve();
    },
  };
}
