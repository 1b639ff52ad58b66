export type EndpointFilterKind = 'endpoint' | 'endpoint-group';

/** An endpoint, or a group of them, that is in the catalog of a project. */
export interface EndpointAssociation {
  readonly kind: EndpointFilterKind;
  readonly projectId: string;
  readonly id: string;
}

export interface EndpointFilterStore {
  /** false when it is there already, or what it names is gone */
  associate(association: EndpointAssociation): Promise<boolean>;
  /** false when it was not there */
  dissociate(association: EndpointAssociation): Promise<boolean>;
  /** Those of a project, of an endpoint or of a group; all without either. */
  associations(
    kind: EndpointFilterKind,
    where?: { readonly projectId?: string; readonly id?: string },
  ): Promise<readonly EndpointAssociation[]>;
}
