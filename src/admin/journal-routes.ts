import type { Router } from 'express';
import { HttpFault } from '../http/errors';
import type { Journal } from './journal';
import { refuseOtherMethods } from './other-methods';
import { NotReplayable, type Replay } from './replay';
import { readJournalQuery } from './requests';

export function routeAdminJournal(routes: Router, journal: Journal, replay: Replay): void {
  routes
    .route('/admin/journal')
    .get((req, res) => {
      res.json(journal.read(readJournalQuery(req)));
    })
    .delete((_req, res) => {
      journal.clear();
      res.status(204).end();
    })
    .all(refuseOtherMethods('GET', 'HEAD', 'DELETE'));
  routes
    .route('/admin/journal/:id/replay')
    .post(async (req, res) => {
      const found = journal.find(Number(req.params.id));
      if (!found) throw new HttpFault({ kind: 'route-not-found' });
      if (!found.original) throw new NotReplayable();
      res.json(await replay(found.entry.id, found.original));
    })
    .all(refuseOtherMethods('POST'));
}
