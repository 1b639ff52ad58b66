import type { Request, Response } from 'express';
import type { Subject } from './errors/refusals';

export type Handler = (req: Request, res: Response) => Promise<void> | void;

/** One method of one resource. */
export interface Operation {
  /** In whose words it is refused. */
  readonly subject: Subject;
  readonly run: Handler;
  /** What becomes of a body; without this it is refused. */
  readonly body?: 'read' | 'ignored';
  /** The last segment may hold what cannot be stored: the operation answers that itself. */
  readonly anyText?: boolean;
}

/** By method, in the order in which `Allow` names them. */
export type Operations = Readonly<Partial<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', Operation>>>;
