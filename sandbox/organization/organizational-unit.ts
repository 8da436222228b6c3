import type { Policy } from '../policy/document.ts';
import { SortedMap } from './sorted-map.ts';
import { TagHistory } from './tag-history.ts';

/** An OU, or the root, which has no parent. */
export class OrganizationalUnit {
  readonly id: string;
  readonly name: string;
  readonly parent: OrganizationalUnit | undefined;
  readonly units = new SortedMap<OrganizationalUnit>((unit) => unit.id);
  readonly tags = new TagHistory();
  readonly scps: Policy[] = [];

  constructor(id: string, name: string, parent: OrganizationalUnit | undefined) {
    this.id = id;
    this.name = name;
    this.parent = parent;
    parent?.units.add(this);
  }

  /** Ids from the root to this OU, such as `r-ab12/ou-ab12-11111111`. */
  get path(): string {
    return this.parent ? `${this.parent.path}/${this.id}` : this.id;
  }
}
