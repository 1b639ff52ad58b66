import type { Router } from 'express';
import { HttpFault } from '../http/errors';
import { createJsonBodyParser } from '../http/middleware';
import { createFaultReader, type FaultTargets } from './fault-reader';
import type { FaultRegistry } from './faults';
import { refuseOtherMethods } from './other-methods';
import { bodyLimit } from './requests';

export function routeAdminFaults(routes: Router, targets: FaultTargets, faults: FaultRegistry): void {
  const readFaults = createFaultReader(targets);
  routes
    .route('/admin/faults')
    .get((_req, res) => {
      res.json({ faults: faults.list() });
    })
    .post(createJsonBodyParser(bodyLimit), async (req, res) => {
      const { rules, isScenario } = await readFaults(req.body);
      const made = faults.add(rules);
      res.status(201).json(isScenario ? { faults: made } : made[0]);
    })
    .delete((_req, res) => {
      faults.clear();
      res.status(204).end();
    })
    .all(refuseOtherMethods('GET', 'HEAD', 'POST', 'DELETE'));
  routes
    .route('/admin/faults/:id')
    .delete((req, res) => {
      if (!faults.remove(req.params.id)) throw new HttpFault({ kind: 'route-not-found' });
      res.status(204).end();
    })
    .all(refuseOtherMethods('DELETE'));
}
