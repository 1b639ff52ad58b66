import type { DirectoryEntity, EntityStore } from '../../entity-ports';
import type { IdentityRefusal, ValueOrRefusal } from '../../errors';
import type { CallerWithToken } from './caller-with-token';
import { isImmutable } from './options';
import { policyRefusal } from './policy';

type Tags = readonly string[];

const most = 80;

/** Tags of a project, which have nothing to do with tags of images. */
export class ProjectTags {
  constructor(
    private readonly store: Pick<EntityStore, 'find' | 'update'>,
    private readonly changed: () => void,
  ) {}

  async list(asker: CallerWithToken, id: string): Promise<ValueOrRefusal<Tags>> {
    const found = await this.project(asker, id, 'list_project_tags');
    return 'refusal' in found ? found : { value: tagsOf(found.value) };
  }

  async check(asker: CallerWithToken, id: string, tag: string): Promise<ValueOrRefusal<void>> {
    const found = await this.project(asker, id, 'get_project_tag');
    if ('refusal' in found) return found;
    return tagsOf(found.value).includes(tag) ? { value: undefined } : noTag(tag);
  }

  /** @returns those that are kept: without blanks around them, as in Keystone */
  async set(asker: CallerWithToken, id: string, tags: Tags): Promise<ValueOrRefusal<Tags>> {
    const found = await this.changeable(asker, id, 'update_project_tags', 'update');
    return 'refusal' in found ? found : this.keep(id, tags);
  }

  async clear(asker: CallerWithToken, id: string): Promise<ValueOrRefusal<Tags>> {
    const found = await this.changeable(asker, id, 'delete_project_tags', 'update');
    return 'refusal' in found ? found : this.keep(id, []);
  }

  async add(asker: CallerWithToken, id: string, tag: string): Promise<ValueOrRefusal<Tags>> {
    const found = await this.project(asker, id, 'create_project_tag');
    if ('refusal' in found) return found;
    const tags = [...new Set([...tagsOf(found.value), tag.trim()])];
    if (tags.length > most) return { refusal: { kind: 'rule', rule: 'too-many-tags', thing: 'project', id } };
    return isImmutable(found.value) ? immutable(id, 'create') : this.keep(id, tags);
  }

  async remove(asker: CallerWithToken, id: string, tag: string): Promise<ValueOrRefusal<Tags>> {
    const found = await this.changeable(asker, id, 'delete_project_tag', 'delete');
    if ('refusal' in found) return found;
    const tags = tagsOf(found.value);
    if (!tags.includes(tag)) return noTag(tag);
    return this.keep(
      id,
      tags.filter((known) => known !== tag),
    );
  }

  private async project(
    asker: CallerWithToken,
    id: string,
    action: string,
  ): Promise<ValueOrRefusal<DirectoryEntity>> {
    const project = await this.store.find('project', id);
    const refusal = policyRefusal(asker, action, { project });
    if (refusal) return { refusal };
    return project ? { value: project } : missing(id);
  }

  private async changeable(
    asker: CallerWithToken,
    id: string,
    action: string,
    verb: string,
  ): Promise<ValueOrRefusal<DirectoryEntity>> {
    const found = await this.project(asker, id, action);
    return 'value' in found && isImmutable(found.value) ? immutable(id, verb) : found;
  }

  private async keep(id: string, tags: Tags): Promise<ValueOrRefusal<Tags>> {
    const kept = [...new Set(tags.map((tag) => tag.trim()))];
    const outcome = await this.store.update('project', id, { tags: kept });
    this.changed();
    return outcome === 'done' ? { value: kept } : missing(id);
  }
}

function tagsOf(project: DirectoryEntity): Tags {
  return project['tags'] as Tags;
}

function immutable(id: string, verb: string): { refusal: IdentityRefusal } {
  return { refusal: { kind: 'rule', rule: 'immutable-tags', thing: 'project', id: `${verb} ${id}` } };
}

function noTag(tag: string): { refusal: IdentityRefusal } {
  return { refusal: { kind: 'rule', rule: 'no-tag', thing: 'project', id: tag } };
}

function missing(id: string): { refusal: IdentityRefusal } {
  return { refusal: { kind: 'not-found', thing: 'project', id } };
}
