import type { Caller } from '../../../core/caller';
import type { Clock } from '../../../core/clock';
import type { EndpointFilterStore } from '../../endpoint-filter-ports';
import type { EntityStore, GrantStore } from '../../entity-ports';
import type { TokenService } from '../../tokens/tokens';
import type { LoginGuard } from '../login-guard';
import type { Passwords } from '../passwords';
import type { UserScopes } from '../user-scopes';
import { Assignments } from './assignments';
import { EndpointFilter } from './endpoint-filter';
import { Grants } from './grants';
import { ImpliedRoles } from './implied-roles';
import type { CallerWithToken } from './caller-with-token';
import { ProjectHierarchy } from './project-hierarchy';
import { ProjectTags } from './project-tags';
import { EntityRules } from './rules';
import { EntityService } from './entity-service';

export interface AdministrationStores {
  readonly entities: EntityStore;
  readonly grants: GrantStore;
  readonly endpointFilter: EndpointFilterStore;
}

/** What administrators do over the wire: everything in domains, projects, users, groups, roles and the catalog. */
export class Administration {
  readonly things: EntityService;
  readonly grants: Grants;
  readonly impliedRoles: ImpliedRoles;
  readonly assignments: Assignments;
  readonly endpointFilter: EndpointFilter;
  readonly hierarchy: ProjectHierarchy;
  readonly projectTags: ProjectTags;

  /** @param changed called when cached tokens, roles and endpoints must be looked up again */
  constructor(
    { entities, grants, endpointFilter }: AdministrationStores,
    scopes: UserScopes,
    private readonly tokens: TokenService,
    passwords: Passwords,
    guard: LoginGuard,
    clock: Clock,
    changed: () => void,
  ) {
    const rules = new EntityRules(entities, grants);
    this.things = new EntityService(entities, scopes, rules, passwords, guard, clock, changed);
    this.grants = new Grants(grants, entities, changed);
    this.impliedRoles = new ImpliedRoles(grants, entities, changed);
    this.assignments = new Assignments(grants, entities);
    this.endpointFilter = new EndpointFilter(endpointFilter, entities, changed);
    this.projectTags = new ProjectTags(entities, changed);
    this.hierarchy = new ProjectHierarchy(entities, scopes);
  }

  readonly askerOf = (caller: Caller): CallerWithToken => ({ caller, token: this.tokens.shownBy(caller) });
}
