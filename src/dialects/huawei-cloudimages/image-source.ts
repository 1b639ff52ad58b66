import type { ImageCondition, ImageSelection } from '../../core/ports';
import { throwInvalidRequest } from '../../http/schema-parts';

interface Narrowed {
  readonly source: ImageSelection;
  readonly where: readonly ImageCondition[];
}

type Shared = ImageSelection['shared'];

const everything = { own: true, public: true, community: false, everyProject: false } as const;

/**
 * Whose images a list is about: the project's own, all public ones, and those shared with it that it has
 * accepted. `visibility` and `__imagetype` narrow that. @throws HttpFault invalid-request
 */
export function toImageSelection(asked: ReadonlyMap<string, string>): Narrowed {
  const member = memberStatus(asked.get('member_status') ?? 'accepted');
  const byVisibility = ofVisibility(asked.get('visibility'), member);
  const byType = ofType(asked.get('__imagetype'), member);
  const both = (name: 'own' | 'public' | 'community'): boolean =>
    byVisibility.source[name] && byType.source[name];
  return {
    source: {
      own: both('own'),
      public: both('public'),
      community: both('community'),
      shared: byVisibility.source.shared === 'none' ? 'none' : byType.source.shared,
      everyProject: false,
    },
    where: [...byVisibility.where, ...byType.where],
  };
}

function memberStatus(value: string): Shared {
  if (value === 'accepted' || value === 'rejected' || value === 'pending' || value === 'all') return value;
  return throwInvalidRequest(
    'member_status',
    'IMG.0001',
    '"member_status" must be accepted, rejected or pending.',
  );
}

function ofVisibility(value: string | undefined, member: Shared): Narrowed {
  const whole = { ...everything, shared: member };
  const where: ImageCondition[] = [{ kind: 'field', field: 'visibility', op: 'eq', value: value ?? '' }];
  switch (value) {
    case undefined:
      return { source: whole, where: [] };
    case 'public':
      return { source: { ...whole, shared: 'none' }, where };
    case 'private':
      return { source: { ...whole, public: false, shared: 'none' }, where };
    case 'shared':
      return { source: { ...whole, public: false }, where };
    case 'community':
      return { source: { ...whole, public: false, community: true, shared: 'none' }, where };
    default:
      return throwInvalidRequest('visibility', 'IMG.0001', '"visibility" must be public, private or shared.');
  }
}

/** `gold` is public, `private` the project's own, `shared` what others share with it. */
function ofType(value: string | undefined, member: Shared): Narrowed {
  const whole = { ...everything, shared: member };
  const isPublic = (op: 'eq' | 'neq'): ImageCondition => ({
    kind: 'field',
    field: 'visibility',
    op,
    value: 'public',
  });
  switch (value) {
    case undefined:
      return { source: { ...whole, community: true }, where: [] };
    case 'gold':
      return { source: { ...whole, shared: 'none' }, where: [isPublic('eq')] };
    case 'private':
      return { source: { ...whole, public: false, shared: 'none' }, where: [isPublic('neq')] };
    case 'shared':
      // A community image of another project, where `visibility` includes them.
      return { source: { ...whole, own: false, public: false, community: true }, where: [isPublic('neq')] };
    case 'market':
      // This service has no marketplace.
      return { source: { ...whole, own: false, public: false, shared: 'none' }, where: [] };
    default:
      return throwInvalidRequest('__imagetype', 'IMG.0024');
  }
}
