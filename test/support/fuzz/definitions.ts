import type { Database } from '../../../src/storage/database/database';
import type { Known } from './samples';

/** Names in the paths of definitions, of which some are there. */
export const definitionNames: Known = {
  namespace_name: ['defs', 'defs', 'kept', 'none'],
  object_name: ['o', 'none'],
  property_name: ['p', 'hw:p'],
  tag_name: ['t', 'new'],
  resource_type: ['r', 'none'],
  namespace: ['defs', 'more'],
};

/** Two namespaces with something of every kind, of which one is protected. */
export async function makeDefinitions(
  database: Database,
  make: (path: string, body: object) => Promise<unknown>,
): Promise<void> {
  await database.query({ text: 'delete from metadef_namespaces' }, []);
  const contents = {
    visibility: 'public',
    resource_type_associations: [{ name: 'r', prefix: 'hw:' }],
    properties: { p: { type: 'string', title: 'P' } },
    objects: [{ name: 'o', required: ['p'], properties: { p: { type: 'string', title: 'P' } } }],
    tags: [{ name: 't' }],
  };
  await make('/v2/metadefs/namespaces', { namespace: 'defs', ...contents });
  await make('/v2/metadefs/namespaces', { namespace: 'kept', protected: true, ...contents });
}
